namespace Vade.Kernel;

/// <summary>
/// The origin that links are made with: <c>Vade:PublicUrl</c>, or on one machine the listening address, known once
/// the app listens. Never taken from a request's headers (facts: functions-host §1).
/// </summary>
public sealed class PublicUrl
{
    private string? _origin;

    /// <summary>Scheme, host and port without a slash at the end.</summary>
    public string Origin
    {
        get => _origin ?? throw new InvalidOperationException("The public address is not known yet.");
        set => _origin = value.TrimEnd('/');
    }

    /// <summary>The absolute URL of a path that begins with a slash.</summary>
    public string Of(string path) => Origin + path;
}
