using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;
using Vade.Kernel.Security;

namespace Vade.Functions.Hosting;

/// <summary>
/// The keys that forms and cookies are protected with: kept with the data, so that they outlive the process, and
/// encrypted under the master key (design §5).
/// </summary>
internal static class ProtectionKeys
{
    public static IServiceCollection AddProtectionKeys(this IServiceCollection services, Func<IXmlRepository> open)
    {
        services.AddDataProtection().SetApplicationName("vade");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(options =>
        {
            options.XmlRepository = open();
            options.XmlEncryptor = new Encryptor(provider.GetRequiredService<SecretBox>());
        }));
        return services;
    }

    /// <summary>
    /// Leaves the keys to the first who needs them. The framework would read them before the port is bound, and the
    /// Functions host does not wait for a service that is slow (facts: functions-host §1).
    /// </summary>
    public static IServiceCollection ReadProtectionKeysWhenNeeded(this IServiceCollection services)
    {
        services.Remove(services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
        return services;
    }

    internal const string Purpose = "protection-keys";

    private sealed class Encryptor(SecretBox box) : IXmlEncryptor
    {
        public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(
            new XElement("secret", box.Protect(plaintextElement.ToString(SaveOptions.DisableFormatting), Purpose)), typeof(ProtectionKeyDecryptor));
    }
}

/// <summary>Made by the framework, by the name that stands in the key's file.</summary>
internal sealed class ProtectionKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(services.GetRequiredService<SecretBox>().Unprotect(encryptedElement.Value, ProtectionKeys.Purpose));
}
