using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>How often an address asked for a link within the hour that began at <paramref name="Since"/>.</summary>
internal sealed record Asked(DateTimeOffset Since, int Count, DateTimeOffset LastAt);

/// <summary>The rows of signing in: the table <c>signin</c>, spread over 256 partitions each by hash.</summary>
internal static class SignInRows
{
    public const string Table = "signin";

    public static readonly RowType<Session> SessionType = new(SignInJson.Default.Session);
    public static readonly RowType<SignInLink> LinkType = new(SignInJson.Default.SignInLink);
    public static readonly RowType<Asked> AskedType = new(SignInJson.Default.Asked);
    public static readonly RowType<ConfirmLink> ConfirmType = new(SignInJson.Default.ConfirmLink);
    public static readonly RowType<AddressWalk> WalkType = new(SignInJson.Default.AddressWalk);

    /// <param name="hash">Of what must not stand here itself: a cookie's or a link's token, an address.</param>
    public static (string Partition, string Key) Place(string kind, string hash) => ($"{kind}-{hash[..2]}", hash);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Session))]
[JsonSerializable(typeof(SignInLink))]
[JsonSerializable(typeof(Asked))]
[JsonSerializable(typeof(AddressWalk))]
[JsonSerializable(typeof(SendSignInLink))]
[JsonSerializable(typeof(WalkAddresses))]
[JsonSerializable(typeof(SignInLinkMade))]
[JsonSerializable(typeof(ConfirmLink))]
[JsonSerializable(typeof(AddressToConfirm))]
[JsonSerializable(typeof(ContactChanged))]
internal sealed partial class SignInJson : JsonSerializerContext;
