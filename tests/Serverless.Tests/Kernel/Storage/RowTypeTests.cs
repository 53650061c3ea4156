using System.Text.Json;
using System.Text.Json.Serialization;
using Vade.Kernel.Storage;

namespace Vade.Tests.Kernel.Storage;

internal sealed record Parcel(string Name, int Grams);

[JsonSerializable(typeof(Parcel))]
internal sealed partial class ParcelJson : JsonSerializerContext;

public sealed class RowTypeTests
{
    // The first release kept kilograms.
    private static readonly RowType<Parcel> Today = new(
        ParcelJson.Default.Parcel,
        version: 2,
        (version, body) =>
        {
            using var old = JsonDocument.Parse(body);
            return new(old.RootElement.GetProperty("Name").GetString()!, old.RootElement.GetProperty("Kilograms").GetInt32() * 1000);
        });

    [Fact]
    public void A_row_of_an_older_release_is_read_as_todays_value() =>
        Assert.Equal(new("box", 3000), Today.Read(Row(1, """{"Name":"box","Kilograms":3}""")));

    [Fact]
    public void A_row_is_read_as_it_was_written() =>
        Assert.Equal(new("box", 3001), Today.Read(new("p", "k", Today.Version, Today.Write(new("box", 3001)), "e")));

    [Fact]
    public void A_row_of_a_newer_release_is_refused_instead_of_misread() =>
        Assert.Contains("version 3", Assert.Throws<InvalidOperationException>(() => Today.Read(Row(3, """{"Name":"box","Grams":3}"""))).Message, StringComparison.Ordinal);

    private static Row Row(int version, string json) => new("p", "k", version, System.Text.Encoding.UTF8.GetBytes(json), "e");
}
