using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Organisation;

/// <summary>Marks that there is somebody, and changes with every change of roles, so that two such changes never pass each other.</summary>
internal sealed record StaffHead(int Revision);

/// <summary>Whose e-mail address this is.</summary>
internal sealed record StaffEmail(string User);

/// <summary>How often somebody tried in vain, and until when the next try has to wait.</summary>
internal sealed record TriesRow(int Failures, DateTimeOffset Until);

/// <summary>The keys of staff and sessions. Staff are few: one partition holds them, so that a commit covers them all.</summary>
internal static class StaffRows
{
    public const string Table = "staff";
    public const string Partition = "staff";
    public const string TriesPartition = "tries";
    public const string Head = "head";
    public const string UserPrefix = "user-";

    /// <summary>A partition for each user, a row for each session.</summary>
    public const string Sessions = "sessions";

    public static readonly RowType<StaffHead> HeadType = new(StaffJson.Default.StaffHead);
    public static readonly RowType<StaffUser> UserType = new(StaffJson.Default.StaffUser);
    public static readonly RowType<StaffEmail> EmailType = new(StaffJson.Default.StaffEmail);
    public static readonly RowType<StaffSession> SessionType = new(StaffJson.Default.StaffSession);
    public static readonly RowType<TriesRow> TriesType = new(StaffJson.Default.TriesRow);
    public static readonly RowType<KeptApiKey> ApiKeyType = new(StaffJson.Default.KeptApiKey);
    public static readonly RowType<StaffLink> LinkType = new(StaffJson.Default.StaffLink);
    public static readonly RowType<AuditEntry> AuditType = new(StaffJson.Default.AuditEntry);

    public static string User(string id) => UserPrefix + id;

    public static string Email(string email) => "email-" + Key.Of(email);

    public const string LinkPrefix = "link-";

    public static string Link(string hash) => LinkPrefix + hash;

    public static Change Insert<T>(string key, T value, RowType<T> type) => new Change.Insert(key, type.Version, type.Write(value));

    public static Change Replace<T>(Stored<T> loaded, T value, RowType<T> type) =>
        new Change.Replace(loaded.Key, type.Version, type.Write(value), loaded.ETag);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StaffHead))]
[JsonSerializable(typeof(StaffUser))]
[JsonSerializable(typeof(StaffEmail))]
[JsonSerializable(typeof(StaffSession))]
[JsonSerializable(typeof(TriesRow))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(KeptApiKey))]
[JsonSerializable(typeof(StaffLink))]
internal sealed partial class StaffJson : JsonSerializerContext;
