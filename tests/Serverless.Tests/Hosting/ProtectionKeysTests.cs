using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Vade.Functions.Hosting;
using Vade.Kernel.Security;
using Vade.Kernel.Storage.Azure;

namespace Vade.Tests.Hosting;

public sealed class ProtectionKeysTests(Azurite azurite)
{
    private const string Folder = "protection-keys/";

    [Fact]
    public async Task What_one_instance_protects_another_opens_and_the_store_shows_no_key()
    {
        var container = StorageAccount.Parse(await azurite.Connection()).Container;
        var sealedText = Instance("k1").Protect("cookie");
        Assert.Equal("cookie", Instance("k1").Unprotect(sealedText));

        // Whoever reads the container alone has nothing: the keys are secrets under the master key.
        Assert.ThrowsAny<CryptographicException>(() => Instance("k2").Unprotect(sealedText));
        await foreach (var blob in container.GetBlobsAsync(new() { Prefix = Folder }))
            Assert.DoesNotContain("masterKey", (await container.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content.ToString(), StringComparison.Ordinal);

        IDataProtector Instance(string masterKey) => new ServiceCollection()
            .AddLogging()
            .AddSingleton(MasterKeys.Parse($"{masterKey}:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(masterKey)))}"))
            .AddSingleton<SecretBox>()
            .AddProtectionKeys(() => new BlobProtectionKeys(container))
            .BuildServiceProvider().GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
    }
}
