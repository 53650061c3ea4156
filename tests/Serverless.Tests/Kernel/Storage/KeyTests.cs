using CsCheck;
using Vade.Kernel.Storage;

namespace Vade.Tests.Kernel.Storage;

public sealed class KeyTests
{
    // Close neighbours of everything the codec treats apart, and the whole of UTF-16, lone surrogates included.
    private static readonly Gen<char> Character = Gen.OneOf(
        Gen.Char["\0\u0001\u001f !\"#$%&'+-./0:=>?@AZ[\\]^`a{|}~\u007f\u0080ğİı\ud800\udfff\uffff"],
        Gen.Char);

    private static readonly Gen<string[]> Names = Character.Array[0, 5].Select(chars => new string(chars)).Array[1, 4];

    [Fact]
    public void Keys_compare_as_the_names_they_were_made_of() =>
        Gen.Select(Names, Names).Sample((a, b) =>
            Math.Sign(string.CompareOrdinal(Key.Of(a), Key.Of(b))) == Math.Sign(Compare(a, b)));

    [Fact]
    public void Keys_of_names_that_differ_in_one_character_compare_as_the_characters()
    {
        // Every character against every one of its 300 successors, before an end, a separator and more text.
        string[] tails = ["", "!", "a", "0", "1", "~", "/"];
        for (var c = 0; c <= 0x300; c++)
        {
            for (var d = c + 1; d <= c + 300; d++)
            {
                foreach (var tail in tails)
                    Assert.True(string.CompareOrdinal(Key.Of("x" + (char)c + tail, "y"), Key.Of("x" + (char)d, tail)) < 0);
            }
        }
    }

    [Fact]
    public void The_names_come_back() => Names.Sample(names => Key.Parts(Key.Of(names)).SequenceEqual(names));

    [Fact]
    public void Every_character_becomes_legal_ones_and_comes_back()
    {
        for (var c = 0; c <= char.MaxValue; c++)
        {
            var key = Key.Of(((char)c).ToString());
            TableRules.CheckKey(key);
            Assert.DoesNotContain(Key.Separator, key);
            Assert.Equal([((char)c).ToString()], Key.Parts(key));
        }
    }

    [Fact]
    public void What_follows_a_key_sorts_between_the_first_and_the_last() =>
        Gen.Select(Names, Names).Sample((names, more) =>
        {
            var key = Key.Of(names);
            string[] behind = [Key.Of([.. names, .. more]), Key.Of([.. names[..^1], names[^1] + "a" + more[0]])];
            return behind.All(next => string.CompareOrdinal(next, KeyRange.All.After(key).From) >= 0
                && string.CompareOrdinal(next, KeyRange.Prefix(key).To) < 0);
        });

    [Fact]
    public void Text_that_no_key_was_made_as_is_refused()
    {
        foreach (var text in new[] { "a b", "\"", "\"2", "\"zz", "\"2F", "\"41", "~", "~12", "~0041", "~00FF", "$", "$2", "$x", ".", ">9", "[f", "a/b", "ğ", "%" })
            Assert.Throws<FormatException>(() => Key.Parts(text));
    }

    private static int Compare(string[] a, string[] b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (string.CompareOrdinal(a[i], b[i]) is not 0 and var order)
                return order;
        }

        return a.Length - b.Length;
    }
}
