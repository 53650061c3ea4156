using System.Xml.Linq;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Vade.Functions.Hosting;

/// <summary>
/// The protection keys of every instance, a blob each. The framework asks without waiting, so this goes to the
/// container itself and not through the blob port.
/// </summary>
internal sealed class BlobProtectionKeys(BlobContainerClient container) : IXmlRepository
{
    private const string Folder = "protection-keys/";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        try
        {
            return [.. container.GetBlobs(new GetBlobsOptions { Prefix = Folder })
                .Select(blob => XElement.Parse(container.GetBlobClient(blob.Name).DownloadContent().Value.Content.ToString()))];
        }
        catch (RequestFailedException absent) when (absent.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        container.CreateIfNotExists();
        container.GetBlobClient(Folder + friendlyName).Upload(BinaryData.FromString(element.ToString(SaveOptions.DisableFormatting)), overwrite: true);
    }
}
