using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Vade.Kernel.Security;
using Vade.Tests.Kernel.Storage;

namespace Vade.Tests.Kernel.Security;

public sealed class MasterKeysTests : IDisposable
{
    private static readonly string One = Convert.ToBase64String(SHA256.HashData("one"u8));
    private static readonly string Two = Convert.ToBase64String(SHA256.HashData("two"u8));

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_first_key_of_the_setting_is_current()
    {
        Assert.Equal("b", MasterKeys.Parse($" b:{Two} ; a:{One};").CurrentId);
        Assert.Equal(MasterKeys.Parse($"b:{Two}").DeriveKey("x"), MasterKeys.Parse($"b:{Two};a:{One}").DeriveKey("x"));
    }

    [Fact]
    public void A_key_that_cannot_be_read_is_named_but_not_told()
    {
        foreach (var setting in new[] { "", ";", One, $":{One}", $"a b:{One}", $"ğ:{One}", "a:", "a:x", $"a:{One[..40]}", $"a:{One}AAAA", $"a:{One};a:{Two}", $"a:{One};b" })
        {
            var wrong = Assert.Throws<FormatException>(() => MasterKeys.Parse(setting));
            Assert.Contains("Vade:MasterKey", wrong.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(One[..20], wrong.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_derived_key_has_256_bits_of_its_own_for_each_purpose_and_stays_the_same()
    {
        var keys = MasterKeys.Parse($"a:{One}");
        var derived = new[] { "links", "links2", "secret/x" }.Select(keys.DeriveKey).ToArray();

        Assert.All(derived, key => Assert.Equal(32, key.Length));
        Assert.Equal(3, derived.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(derived[0], keys.DeriveKey("links"));
        Assert.Equal(HKDF.DeriveKey(HashAlgorithmName.SHA256, SHA256.HashData("one"u8), 32, [], "vade/links"u8.ToArray()), derived[0]);
    }

    [Fact]
    public async Task Processes_that_start_at_once_over_a_new_folder_use_the_same_key()
    {
        for (var round = 0; round < 20; round++)
        {
            var data = folder[$"data{round}"];
            var rings = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => MasterKeys.OfFolder(data))));

            Assert.Single(rings.Select(ring => ring.CurrentId + Convert.ToHexString(ring.DeriveKey("x"))).Distinct());
            Assert.Equal(["master.key", "master.key.lock"], Directory.GetFiles(data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_key_of_a_folder_is_for_its_owner_only_and_differs_from_another_folders()
    {
        var (a, b) = (MasterKeys.OfFolder(folder["a"]), MasterKeys.OfFolder(folder["b"]));
        Assert.NotEqual(a.CurrentId, b.CurrentId);
        Assert.NotEqual(a.DeriveKey("x"), b.DeriveKey("x"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["a/master.key"]));
    }
}

public sealed class SecretBoxTests
{
    private const string Old = "old:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    private const string New = "new:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    private readonly SecretBox box = new(MasterKeys.Parse(Old));

    [Fact]
    public void A_secret_comes_back_and_never_looks_the_same() =>
        Gen.String.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))).Sample(secret =>
        {
            var (one, two) = (box.Protect(secret, "smtp"), box.Protect(secret, "smtp"));
            return one != two && one.StartsWith("v1.old.", StringComparison.Ordinal)
                && box.Unprotect(one, "smtp") == secret && box.Unprotect(two, "smtp") == secret;
        });

    [Fact]
    public void After_a_rotation_old_secrets_open_and_new_ones_carry_the_new_key()
    {
        var before = box.Protect("s3cret", "smtp");
        var rotated = new SecretBox(MasterKeys.Parse($"{New};{Old}"));

        Assert.Equal("s3cret", rotated.Unprotect(before, "smtp"));
        Assert.StartsWith("v1.new.", rotated.Protect("s3cret", "smtp"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_whose_key_is_gone_says_which_key_that_was()
    {
        var gone = new SecretBox(MasterKeys.Parse(New));
        var wrong = Assert.Throws<CryptographicException>(() => gone.Unprotect(box.Protect("s3cret", "smtp"), "smtp"));
        Assert.Contains("'old'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_altered_anywhere_does_not_open()
    {
        var text = box.Protect("s3cret", "smtp");
        // The last character carries bits that base64 does not use; each earlier one counts.
        for (var i = 0; i < text.Length - 1; i++)
        {
            var altered = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            Assert.Throws<CryptographicException>(() => box.Unprotect(altered, "smtp"));
            Assert.Throws<CryptographicException>(() => box.Unprotect(text[..i], "smtp"));
        }
    }

    [Fact]
    public void A_secret_opens_for_its_purpose_only()
    {
        var text = box.Protect("s3cret", "smtp");
        Assert.Throws<CryptographicException>(() => box.Unprotect(text, "sms"));
        Assert.Throws<CryptographicException>(() => new SecretBox(MasterKeys.Parse("old:" + New[4..])).Unprotect(text, "smtp"));
    }
}

public sealed class LinkTokenTests
{
    private static readonly byte[] SigningKey = SHA256.HashData("links"u8);

    [Fact]
    public void A_link_can_be_made_again_and_is_fit_for_a_path()
    {
        var token = LinkToken.Make(SigningKey, "pay", "120/01", "F-1", 1);

        Assert.Equal(token, LinkToken.Make(SigningKey, "pay", "120/01", "F-1", 1));
        Assert.Equal(28, token.Length);
        Assert.All(token, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
    }

    [Fact]
    public void Different_links_have_different_tokens_however_their_parts_are_cut()
    {
        string[] parts = ["", "a", "b", "ab", "a\0", "\0\0\0\u0001", "\ud800", "\udfff", "1"];
        var part = Gen.Int[0, parts.Length - 1].Select(i => parts[i]);
        var link = Gen.Select(part, part, part, Gen.Int[-1, 2]);
        Gen.Select(link, link).Sample((a, b) => (Token(a) == Token(b)) == (a == b), iter: 20_000);

        static string Token((string Kind, string Account, string Id, int Generation) of) =>
            LinkToken.Make(SigningKey, of.Kind, of.Account, of.Id, of.Generation);
    }

    [Fact]
    public void Another_key_makes_another_token_and_a_short_key_none()
    {
        Assert.NotEqual(
            LinkToken.Make(SigningKey, "pay", "a", "b", 1),
            LinkToken.Make(SHA256.HashData("other"u8), "pay", "a", "b", 1));
        Assert.ThrowsAny<ArgumentException>(() => LinkToken.Make(new byte[31], "pay", "a", "b", 1));
    }

    [Fact]
    public void A_look_up_holds_the_sha256_of_the_token() =>
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", LinkToken.Hash("abc"));

    [Fact]
    public void Equal_texts_and_only_they_are_equal() =>
        Gen.Select(Gen.String[0, 3], Gen.String[0, 3]).Sample((a, b) =>
            FixedTime.Equal(a, a) && FixedTime.Equal(a, b) == Encoding.UTF8.GetBytes(a).SequenceEqual(Encoding.UTF8.GetBytes(b)));
}
