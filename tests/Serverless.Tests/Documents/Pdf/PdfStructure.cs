using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Vade.Tests.Documents;

/// <summary>
/// The rules of PDF/A-3 and PDF/UA-1 that can be broken by the way a document is written, checked over qpdf's view of the
/// file. Answers what is broken, rule by rule; an empty list is a sound file.
/// </summary>
internal sealed partial class PdfStructure
{
    private readonly JsonElement _objects;
    private readonly List<string> _broken = [];
    private readonly Dictionary<(string Page, int Id), string> _ownerOf = [];

    private PdfStructure(JsonElement objects) => _objects = objects;

    public static async Task<List<string>> Broken(byte[] pdf)
    {
        using var json = JsonDocument.Parse(await PdfTools.Json(pdf), new JsonDocumentOptions { MaxDepth = 256 });
        var structure = new PdfStructure(json.RootElement.GetProperty("qpdf")[1]);
        structure.CheckFile(pdf);
        return structure._broken;
    }

    private void Check(bool holds, string rule)
    {
        if (!holds)
            _broken.Add(rule);
    }

    /// <summary>The value behind a reference, or the value itself.</summary>
    private JsonElement At(JsonElement value)
    {
        while (value.ValueKind == JsonValueKind.String && Reference().IsMatch(value.GetString()!))
        {
            var found = _objects.GetProperty("obj:" + value.GetString());
            value = found.TryGetProperty("value", out var plain) ? plain : found.GetProperty("stream").GetProperty("dict");
        }
        return value;
    }

    private void CheckFile(byte[] pdf)
    {
        Check(pdf.AsSpan().StartsWith("%PDF-1.7\n%"u8) && pdf.AsSpan(10, 4).IndexOfAnyInRange((byte)0, (byte)127) < 0, "6.1.2 header");
        Check(pdf.AsSpan().EndsWith("%%EOF\n"u8), "6.1.3-3 end");
        var trailer = _objects.GetProperty("trailer").GetProperty("value");
        Check(trailer.TryGetProperty("/ID", out var id) && id.GetArrayLength() == 2, "6.1.3-1 ID");
        Check(!trailer.TryGetProperty("/Encrypt", out _), "6.1.3-2 Encrypt");

        var catalog = At(trailer.GetProperty("/Root"));
        Check(At(catalog.GetProperty("/MarkInfo")).GetProperty("/Marked").GetBoolean(), "UA 6.2-1 Marked");
        Check(At(catalog.GetProperty("/ViewerPreferences")).GetProperty("/DisplayDocTitle").GetBoolean(), "UA 7.1-10 DisplayDocTitle");
        Check(catalog.TryGetProperty("/Lang", out _), "UA 7.2-29 Lang");
        Check(catalog.TryGetProperty("/OutputIntents", out _), "6.2.4.3 OutputIntent");
        foreach (var forbidden in new[] { "/AA", "/OpenAction", "/Requirements", "/NeedsRendering", "/AcroForm" })
            Check(!catalog.TryGetProperty(forbidden, out _), $"6.5.2 {forbidden}");
        CheckMetadata(catalog, At(trailer.GetProperty("/Info")));

        var root = At(catalog.GetProperty("/StructTreeRoot"));
        foreach (var kid in root.GetProperty("/K").EnumerateArray())
            Walk(kid, catalog.GetProperty("/StructTreeRoot").GetString()!, parentType: "");
        CheckPages(catalog, At(root.GetProperty("/ParentTree")).GetProperty("/Nums"));
    }

    private void CheckMetadata(JsonElement catalog, JsonElement info)
    {
        var xmp = Encoding.UTF8.GetString(Data(catalog.GetProperty("/Metadata")));
        Check(xmp.Contains("<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>", StringComparison.Ordinal), "6.6.4 pdfaid");
        Check(xmp.Contains("<pdfuaid:part>1</pdfuaid:part>", StringComparison.Ordinal), "UA 5 pdfuaid");
        var packet = System.Xml.Linq.XDocument.Parse(xmp);
        string Value(string name) => packet.Descendants().Single(node => node.Name.LocalName == name).Value.Trim();
        string Entry(string name) => info.GetProperty(name).GetString()!["u:".Length..];
        Check(Value("title") == Entry("/Title"), "Info and XMP: title");
        Check(Value("creator") == Entry("/Author"), "Info and XMP: author");
        Check(Digits(Value("CreateDate")) == Digits(Entry("/CreationDate")) && Digits(Value("ModifyDate")) == Digits(Entry("/ModDate")), "Info and XMP: dates");
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    private string Walk(JsonElement reference, string parent, string parentType)
    {
        var element = At(reference);
        var type = element.GetProperty("/S").GetString()![1..];
        Check(element.GetProperty("/P").GetString() == parent, $"UA 7.1 parent of {reference}");
        Check(
            type switch
            {
                "THead" or "TBody" => parentType == "Table",
                "TR" => parentType is "Table" or "THead" or "TBody",
                "TH" or "TD" => parentType == "TR",
                _ => parentType is not ("Table" or "THead" or "TBody" or "TR"),
            },
            $"UA 7.2 {type} in {parentType}");
        if (type == "TH")
            Check(element.TryGetProperty("/A", out var attributes) && At(attributes).TryGetProperty("/Scope", out _), "UA 7.5 Scope");
        if (type == "Figure")
            Check(element.TryGetProperty("/Alt", out var alternative) && alternative.GetString()!.Length > 2, "UA 7.3-1 Alt");

        var kids = new List<string>();
        var hasLink = false;
        if (element.TryGetProperty("/K", out var k))
            foreach (var kid in k.ValueKind == JsonValueKind.Array ? k.EnumerateArray().ToArray() : [k])
            {
                if (kid.ValueKind == JsonValueKind.Number)
                    _ownerOf[(element.GetProperty("/Pg").GetString()!, kid.GetInt32())] = reference.GetString()!;
                else if (kid.ValueKind == JsonValueKind.Object)
                    hasLink |= kid.GetProperty("/Type").GetString() == "/OBJR" && At(kid.GetProperty("/Obj")).TryGetProperty("/Contents", out _);
                else
                    kids.Add(Walk(kid, reference.GetString()!, type));
            }
        Check(type != "Link" || hasLink, "UA 7.18.5 Link");
        if (type == "Table")
        {
            Check(kids.Count(kid => kid == "THead") <= 1 && (!kids.Contains("THead") || kids.Contains("TBody")), "UA 7.2-11 table parts");
            var widths = Rows(element).Distinct().Count();
            Check(widths == 1, "UA 7.2-15 ragged table");
        }
        return type;
    }

    private IEnumerable<int> Rows(JsonElement element)
    {
        foreach (var kid in element.GetProperty("/K").EnumerateArray())
        {
            var child = At(kid);
            if (child.GetProperty("/S").GetString() == "/TR")
                yield return child.GetProperty("/K").GetArrayLength();
            else
                foreach (var width in Rows(child))
                    yield return width;
        }
    }

    private void CheckPages(JsonElement catalog, JsonElement nums)
    {
        var parents = new Dictionary<int, JsonElement>();
        for (var i = 0; i < nums.GetArrayLength(); i += 2)
            parents[nums[i].GetInt32()] = nums[i + 1];
        Check(parents.Keys.SequenceEqual(parents.Keys.Order()), "parent tree in order");
        foreach (var reference in At(catalog.GetProperty("/Pages")).GetProperty("/Kids").EnumerateArray())
        {
            var page = At(reference);
            Check(page.GetProperty("/Tabs").GetString() == "/S", "UA 7.18.3 Tabs");
            var owners = At(parents[page.GetProperty("/StructParents").GetInt32()]).EnumerateArray().Select(owner => owner.GetString()!).ToArray();
            var count = CheckContent(Encoding.Latin1.GetString(Data(page.GetProperty("/Contents"))));
            Check(owners.Length == count, "parent tree length");
            for (var id = 0; id < owners.Length; id++)
                Check(_ownerOf.GetValueOrDefault((reference.GetString()!, id)) == owners[id], $"parent tree {id}");
            if (!page.TryGetProperty("/Annots", out var annotations))
                continue;
            foreach (var annotation in At(annotations).EnumerateArray().Select(At))
            {
                Check(annotation.GetProperty("/F").GetInt32() == 4, "6.3.2 Print");
                Check(At(parents[annotation.GetProperty("/StructParent").GetInt32()]).GetProperty("/S").GetString() == "/Link", "link's parent");
            }
        }
    }

    /// <summary>Everything drawn lies in exactly one marked content, and none begins or ends inside a text object. Answers how many are owned.</summary>
    private int CheckContent(string content)
    {
        Check(!content.Contains("\0\0)Tj", StringComparison.Ordinal), "6.2.11.8 glyph 0");
        var operators = Strings().Replace(content, "()");
        var ids = 0;
        var (isMarked, isText) = (false, false);
        foreach (Match match in Operators().Matches(operators))
            switch (match.Value)
            {
                case "BDC":
                    Check(!isMarked && !isText, "UA 7.1-1 nested content");
                    isMarked = true;
                    break;
                case "EMC":
                    Check(isMarked && !isText, "EMC without BDC");
                    isMarked = false;
                    break;
                case "BT" or "ET":
                    isText = match.Value == "BT";
                    break;
                default:
                    Check(isMarked, $"UA 7.1-3 untagged {match.Value}");
                    break;
            }
        foreach (Match match in ContentIds().Matches(operators))
            Check(match.Groups["id"].Value == $"{ids++}", "content ids in order");
        Check(!isMarked && !isText, "unbalanced content");
        return ids;
    }

    private byte[] Data(JsonElement reference) =>
        _objects.GetProperty("obj:" + reference.GetString()).GetProperty("stream").GetProperty("data").GetBytesFromBase64();

    [GeneratedRegex(@"^\d+ \d+ R$", RegexOptions.NonBacktracking)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\((?:\\.|[^\\)])*\)", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Strings();

    [GeneratedRegex(@"\b(?:BDC|EMC|BT|ET|Tj|f|S|Do)\b", RegexOptions.NonBacktracking)]
    private static partial Regex Operators();

    [GeneratedRegex(@"/MCID (?<id>\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex ContentIds();
}
