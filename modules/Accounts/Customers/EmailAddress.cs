namespace Vade.Accounts;

/// <summary>
/// Which texts are taken as an e-mail address: what mail providers deliver to, not all that RFC 5322 allows. No
/// quotes, no comments, no name before it, so that it can stand in a header as it is; an address without a dot in its
/// domain is a typing error, not a neighbour's machine.
/// </summary>
internal static class EmailAddress
{
    private const int LengthMax = 254;
    private const int LocalLengthMax = 64;
    private const int LabelLengthMax = 63;

    public static bool IsValid(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return text.Length <= LengthMax
            && at is >= 1 and <= LocalLengthMax
            && IsLocalPart(text.AsSpan(0, at))
            && IsDomain(text[(at + 1)..]);
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var c in local)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !".!#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    private static bool IsDomain(string domain)
    {
        var labels = domain.Split('.');
        return labels.Length >= 2
            && labels.All(label =>
                label.Length is >= 1 and <= LabelLengthMax
                && label[0] != '-' && label[^1] != '-'
                && label.All(c => char.IsLetterOrDigit(c) || c == '-'))
            && labels[^1].Length >= 2
            && !labels[^1].All(char.IsAsciiDigit);
    }
}
