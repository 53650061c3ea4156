namespace Vade.Kernel.Web;

/// <summary>What kind of deployment this is, and where the world reaches it.</summary>
/// <param name="sandbox">The simulated bank, the mailbox and the adjustable clock exist; plain http is allowed on loopback.</param>
/// <param name="publicUrl">From the configuration; null for the listening address, known once it listens.</param>
public sealed class Deployment(bool sandbox, Uri? publicUrl)
{
    private volatile Uri? _publicUrl = publicUrl;

    public bool Sandbox => sandbox;

    /// <summary>
    /// The origin that links are made with. Never taken from a request: its Host header is whatever the client, or
    /// the Functions host in front of us, wrote there (facts: functions-host §1).
    /// </summary>
    public Uri PublicUrl => _publicUrl ?? throw new InvalidOperationException("The app does not listen yet.");

    /// <summary>The absolute address of a path such as <c>/p/abc</c>.</summary>
    public string UrlOf(string path) => PublicUrl.GetLeftPart(UriPartial.Authority) + path;

    internal void ListensAt(Uri address) => _publicUrl ??= address;
}
