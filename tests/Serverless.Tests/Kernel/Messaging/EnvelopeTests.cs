using Vade.Kernel.Messaging;

namespace Vade.Tests.Kernel.Messaging;

public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"vade":null}""")]
    [InlineData("""{"vade":{"attempt":1,"body":{}}}""")]
    [InlineData("""{"vade":{"handler":"x","attempt":1}}""")]
    [InlineData("""{"vade":{"handler":"x","body":{}}}""")]
    [InlineData("""{"vade":{"handler":"x","attempt":-2147483648,"body":{}}}""")]
    public void What_could_not_be_sent_again_is_no_message_of_ours(string text) => Assert.Null(Envelope.Read(text));

    [Fact]
    public void Half_a_character_is_no_message() => Assert.Null(Envelope.Read("{\"vade\":{\"handler\":\"\ud800\",\"attempt\":1,\"body\":{}}}"));

    /// <summary>As an escape, half of a pair can be read wherever it stands, and never written again.</summary>
    [Theory]
    [InlineData("""{"vade":{"handler":"x","attempt":1,"body":{"\ud800a":[1,2]}}}""")]
    [InlineData("""{"vade":{"handler":"x","attempt":1,"body":"\uDC00"}}""")]
    public void Half_a_character_in_an_escape_is_no_message_either(string text) => Assert.Null(Envelope.Read(text));

    [Fact]
    public void A_whole_pair_in_escapes_is_a_message() =>
        Assert.NotNull(Envelope.Read("""{"vade":{"handler":"x","attempt":1,"body":"\ud83d\ude00"}}"""));

    [Fact]
    public void A_message_is_read_as_it_was_written()
    {
        var written = Envelope.Read("""{"vade":{"handler":"x","attempt":3,"body":null}}""")!.Write();
        Assert.Equal("""{"vade":{"handler":"x","attempt":3,"body":null}}""", written);
    }
}
