using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Documents;
using Vade.Kernel.Security;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>A section in the list of all.</summary>
public sealed record SectionLink(string Name, string Title, string? About);

/// <summary>The settings of every module, by the forms of <see cref="SettingsForm"/>, and the logo.</summary>
internal static class SettingsPages
{
    private const string Change = "settings.change";
    private const string List = "/panel/settings";
    private const string SealPurpose = "panel/settings";
    private const int LogoBytesMax = 256 * 1024;
    private static readonly byte[] PngMark = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    public static void Add(IServiceCollection services)
    {
        services.AddPermission(Change);
        services.AddPanelItem(new(90, language => Words.Texts[language, "settings"], List, Change, "settings"));
    }

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/settings", ShowAll).Needs(Change);
        panel.MapGet("/settings/{section}", Show).Needs(Change);
        panel.MapPost("/settings/{section}", Save).Needs(Change);
        panel.MapPost("/settings/organisation/logo", SaveLogo).Needs(Change);
    }

    private static IResult ShowAll(PanelRequest panel, IEnumerable<ISettingsSection> sections) => panel.Page<SettingsListPage>(
        (nameof(SettingsListPage.Sections), sections.Select(section => (Section: section, Words: new SettingsWords(panel.Language, section)))
            .Select(both => new SectionLink(both.Section.Name, both.Words.Title, both.Words.About)).ToList()));

    private static async Task<IResult> Show(string section, PanelRequest panel, Settings settings, IEnumerable<ISettingsSection> sections) =>
        sections.FirstOrDefault(candidate => candidate.Name == section) is { } found
            ? Form(panel, found, await Current(found, settings, panel), [])
            : panel.NotFound();

    private static async Task<IResult> Save(string section, PanelRequest panel, Settings settings, IEnumerable<ISettingsSection> sections)
    {
        if (sections.FirstOrDefault(candidate => candidate.Name == section) is not { } found)
            return panel.NotFound();
        var words = new SettingsWords(panel.Language, found);
        var before = await Current(found, settings, panel);
        var said = Reader(panel, words).Read(found.Shape, panel.Form, before);
        panel.Audit("settings " + section, Changed(before, said));
        if (await settings.Replace(found, Encoding.UTF8.GetBytes(said.ToJsonString()), panel.Cancellation) is { } problem)
        {
            var errors = problem.Errors.GroupBy(error => error.Field ?? "", StringComparer.Ordinal)
                .ToDictionary(field => field.Key, field => string.Join(" ", field.Select(error => words.Problem(error.Code, error.Message))), StringComparer.Ordinal);
            if (errors.Count == 0)
                errors[""] = words.Problem(problem.Code, problem.Detail);
            // Whether a secret is set is not in what was sent.
            Mark(said, before);
            return Form(panel, found, said, errors);
        }

        return panel.Done($"{List}/{section}", Words.Texts[panel.Language, "settings.saved"]);
    }

    private static async Task<IResult> SaveLogo(PanelRequest panel, Settings settings)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, panel.Cancellation);
        panel.Audit("settings organisation", "logo");
        if (panel.Form.ContainsKey("remove"))
        {
            await settings.Put(OrganisationSettings.Section, organisation with { LogoPng = null }, panel.Cancellation);
            return panel.Done(List + "/organisation", Words.Texts[panel.Language, "settings.saved"]);
        }

        if (panel.Form.Files["logo"] is not { Length: > 0 and <= LogoBytesMax } file)
            return panel.Done(List + "/organisation#logo", Words.Texts[panel.Language, "logo.wrong"], Tone.Bad);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, panel.Cancellation);
        if (!IsPng(bytes.ToArray()))
            return panel.Done(List + "/organisation#logo", Words.Texts[panel.Language, "logo.wrong"], Tone.Bad);
        await settings.Put(OrganisationSettings.Section, organisation with { LogoPng = Convert.ToBase64String(bytes.ToArray()) }, panel.Cancellation);
        return panel.Done(List + "/organisation", Words.Texts[panel.Language, "settings.saved"]);
    }

    // By what it holds, not by what it is called: the same reader that papers are made with.
    private static bool IsPng(byte[] file)
    {
        try
        {
            return file.AsSpan().StartsWith(PngMark) && Logo.Read(file).Width > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static IResult Form(PanelRequest panel, ISettingsSection section, JsonObject value, Dictionary<string, string> errors)
    {
        var words = new SettingsWords(panel.Language, section);
        var isWrong = errors.Count > 0;
        var parts = Reader(panel, words).Parts(section.Shape, value, errors);
        return panel.Page<SettingsPage>(
            isWrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
            (nameof(SettingsPage.Section), new SectionLink(section.Name, words.Title, words.About)),
            (nameof(SettingsPage.Parts), parts),
            (nameof(SettingsPage.Problems), errors.Values.ToList()),
            (nameof(SettingsPage.IsWrong), isWrong));
    }

    private static SettingsForm Reader(PanelRequest panel, SettingsWords words)
    {
        var box = panel.Get<SecretBox>();
        return new(words, secret => box.Protect(secret, SealPurpose), sealedSecret => box.Unprotect(sealedSecret, SealPurpose));
    }

    private static async Task<JsonObject> Current(ISettingsSection section, Settings settings, PanelRequest panel) =>
        (JsonObject)JsonNode.Parse(await settings.Show(section, panel.Cancellation))!;

    // The names of the members that differ; never what they hold.
    private static string Changed(JsonObject before, JsonObject said) => string.Join(
        ", ", said.Where(member => !JsonNode.DeepEquals(member.Value, before[member.Key])).Select(member => member.Key)
            .Concat(before.Where(member => member.Value is not null && !said.ContainsKey(member.Key)).Select(member => member.Key)));

    private static void Mark(JsonObject said, JsonObject before)
    {
        foreach (var (name, value) in before.Where(member => member.Key.EndsWith("Set", StringComparison.Ordinal)))
            said.TryAdd(name, value?.DeepClone());
    }
}
