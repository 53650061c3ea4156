using System.Net.Http.Headers;
using System.Text.Json;
using Vade.Kernel.Messaging;

namespace Vade.Payments;

internal sealed class NotifyShopHandler(SimulatedBank bank, IHttpClientFactory clients) : IHandle<NotifyShop>
{
    public async Task Handle(NotifyShop message, CancellationToken cancellation)
    {
        if (await bank.Find(message.Ref, cancellation) is not { Captures: [var capture, ..] } session)
            return;
        var body = JsonSerializer.SerializeToUtf8Bytes(new BankNotice(session.Ref, "approved", capture), PaymentsJson.Default.BankNotice);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add(BankSignature.Header, BankSignature.Of(body, Convert.FromBase64String(session.NotifyKey)));
        using var client = clients.CreateClient(nameof(SimulatedBank));
        using var answer = await client.PostAsync(new Uri(session.NotifyUrl), content, cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
