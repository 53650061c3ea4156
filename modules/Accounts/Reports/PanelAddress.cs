using System.Globalization;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>Where in the panel a figure of a report opens up.</summary>
internal static class PanelAddress
{
    public static string Customer(string code) => "/panel/customers/" + PathName.Encode(code);

    public static string Invoice(string number) => "/panel/invoices/" + PathName.Encode(number);

    /// <summary>What a customer still owes and was due on these days; null for any.</summary>
    public static string Invoices(string customer, DateOnly? dueFrom, DateOnly? dueTo)
    {
        string Day(string name, DateOnly? day) => day is { } given ? string.Create(CultureInfo.InvariantCulture, $"&{name}={given:yyyy-MM-dd}") : "";
        return $"/panel/invoices?status=owed&customer={Uri.EscapeDataString(customer)}{Day("dueFrom", dueFrom)}{Day("dueTo", dueTo)}";
    }
}
