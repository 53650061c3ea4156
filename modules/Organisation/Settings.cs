using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;

namespace Vade.Organisation;

/// <summary>A broken rule in a section: the member's path, a stable code, and what to do about it.</summary>
public sealed record SettingProblem(string Field, string Code, string Message);

/// <summary>
/// A section of settings as a module registers it: <c>/api/v1/settings/{name}</c> reads and replaces it whole.
/// </summary>
/// <param name="Initial">The value of a fresh installation.</param>
/// <param name="Problems">The rules that a value breaks; empty when it can be saved.</param>
/// <param name="Public">The value as a GET shows it: secrets replaced by whether they are set.</param>
/// <param name="Prepare">Turns what was sent into what is kept, given what was there: secrets that were not sent stay, others are encrypted.</param>
public sealed record SettingsSection<T>(
    string Name,
    JsonTypeInfo<T> Json,
    Func<IServiceProvider, T> Initial,
    Func<T, IEnumerable<SettingProblem>>? Problems = null,
    Func<T, T>? Public = null,
    Func<IServiceProvider, T, T, T>? Prepare = null) : ISettingsSection
    where T : class
{
    /// <summary>
    /// What its members are called in the panel: <c>settings.{name}</c> the section, <c>settings.{name}.{path}</c> a
    /// member, with <c>.help</c> behind it what stands below the field. A path has no indices: <c>providers.apiKey</c>.
    /// </summary>
    public Texts? Texts { get; init; }

    internal RowType<T> Row { get; } = new(Json);

    JsonTypeInfo ISettingsSection.Shape => Json;

    async Task<string> ISettingsSection.Show(Settings settings, CancellationToken cancellation)
    {
        var value = await settings.Get(this, cancellation);
        return JsonSerializer.Serialize(Public is null ? value : Public(value), Json);
    }

    async Task<ApiProblem?> ISettingsSection.Replace(
        Settings settings, IServiceProvider services, HttpRequest request, CancellationToken cancellation)
    {
        var body = await ApiBody.Read(request, Json);
        if (!body.Ok)
            return body.Problem;
        var problems = Problems?.Invoke(body.Value).Select(problem => new ApiError(problem.Code, problem.Message, problem.Field)).ToArray() ?? [];
        if (problems.Length > 0)
            return ApiProblem.Rule(problems[0].Code, problems.Length == 1 ? problems[0].Message : $"{problems.Length} members break a rule.", problems);
        await settings.Put(this, Prepare is null ? body.Value : Prepare(services, await settings.Get(this, cancellation), body.Value), cancellation);
        return null;
    }
}

/// <summary>A section without its type, as the endpoints see it.</summary>
public interface ISettingsSection
{
    string Name { get; }

    /// <summary>Its members and their types.</summary>
    JsonTypeInfo Shape { get; }

    /// <summary>What they are called; null where the panel knows it.</summary>
    Texts? Texts { get; }

    internal Task<string> Show(Settings settings, CancellationToken cancellation);

    /// <summary>Why the section was not replaced; null when it was.</summary>
    internal Task<ApiProblem?> Replace(
        Settings settings, IServiceProvider services, HttpRequest request, CancellationToken cancellation);
}

/// <summary>
/// The organisation's settings, one row a section. Another instance sees a change within a few seconds; whatever
/// must not be decided on a stale value is decided under a row's ETag instead.
/// </summary>
public sealed class Settings(ITables tables, IServiceProvider services, TimeProvider clock)
{
    internal const string Table = "settings";
    private const string Partition = "organisation";
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, (object Value, long At)> _kept = new(StringComparer.Ordinal);

    public async ValueTask<T> Get<T>(SettingsSection<T> section, CancellationToken cancellation)
        where T : class
    {
        // The age of a copy is measured by the timestamps, which a sandbox does not move: another process may have written meanwhile.
        if (_kept.TryGetValue(section.Name, out var kept) && clock.GetElapsedTime(kept.At) < KeptFor)
            return (T)kept.Value;
        var value = await tables.Find(Table, Partition, section.Name, section.Row, cancellation) is { } row
            ? row.Value
            : section.Initial(services);
        _kept[section.Name] = (value, clock.GetTimestamp());
        return value;
    }

    /// <summary>A section as a GET of the API shows it: JSON, without its secrets.</summary>
    public Task<string> Show(ISettingsSection section, CancellationToken cancellation) => section.Show(this, cancellation);

    /// <summary>Replaces a section as a PUT of the API does: whole, or not at all.</summary>
    /// <returns>Why not; null when it is done.</returns>
    public Task<ApiProblem?> Replace(ISettingsSection section, byte[] json, CancellationToken cancellation)
    {
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = cancellation };
        context.Request.Body = new MemoryStream(json);
        return section.Replace(this, services, context.Request, cancellation);
    }

    public async Task Put<T>(SettingsSection<T> section, T value, CancellationToken cancellation)
        where T : class
    {
        await tables.Put(Table, Partition, section.Name, value, section.Row, cancellation);
        _kept.TryRemove(section.Name, out _);
    }
}

public static class SettingsRegistrations
{
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, SettingsSection<T> section)
        where T : class => services.AddSingleton<ISettingsSection>(section);
}
