using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Notifications;
using Vade.Organisation;
using Vade.Payments;
using Vade.Portal;

namespace Vade.Simulation;

/// <summary>One running instance of the app: the real modules over the world's services, with a clock of its own.</summary>
internal sealed class Process : IDisposable
{
    private const string MasterKey = "simulation:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static readonly IConfiguration Configuration = new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { ["Vade:Sandbox"] = "true" }).Build();

    private readonly AsyncLocal<StrongBox?> flow = new();
    private readonly World world;
    private readonly ServiceProvider services;

    public Process(World world, int number, TimeSpan skew)
    {
        (this.world, Number, Clock) = (world, number, new ProcessClock(world.Time, skew));
        var ports = new Ports(world, this);
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddSingleton(Configuration);
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<ITables>(ports).AddSingleton<IBlobs>(ports).AddSingleton<IArchive>(ports).AddSingleton<IQueues>(ports);
        collection.AddSingleton(MasterKeys.Parse(MasterKey)).AddSingleton<SecretBox>();
        collection.AddSingleton(new Deployment(sandbox: true, new Uri("https://vade.example")));
        collection.AddKernel().AddOrganisation().AddAccounts().AddBilling().AddPayments().AddNotifications();
        collection.AddSingleton<Looks>();
        collection.AddSingleton<IPaymentProvider>(new BankAdapter(world, this));
        collection.AddHttpClient(SendGridSender.Client).ConfigurePrimaryHttpMessageHandler(() => new CarrierAdapter(world, this));
        services = collection.BuildServiceProvider();
    }

    public int Number { get; }
    public ProcessClock Clock { get; }
    public Turns Turns { get; } = new();
    public bool IsDead { get; private set; }

    /// <summary>Nothing of it goes on before; a pause of the machine that it cannot know of.</summary>
    public DateTimeOffset FrozenUntil { get; set; }

    public bool IsFrozen => FrozenUntil > world.Time.Now;

    /// <summary>The step of the world at which this flow of work last read from the store.</summary>
    public long LastRead => flow.Value?.Step ?? 0;

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public AsyncServiceScope Scope() => services.CreateAsyncScope();

    /// <summary>Starts a piece of work with a memory of its own for what it reads.</summary>
    public Task Start(Func<Task> work) => Turns.Start(() =>
    {
        flow.Value = new();
        return work();
    });

    public void NoteRead()
    {
        if (flow.Value is { } noted)
            noted.Step = world.Step;
    }

    /// <exception cref="KilledException">It was killed.</exception>
    public void MustLive()
    {
        if (IsDead)
            throw new KilledException();
    }

    public void Die() => IsDead = true;

    public void Dispose() => services.Dispose();

    private sealed class StrongBox
    {
        public long Step { get; set; }
    }
}
