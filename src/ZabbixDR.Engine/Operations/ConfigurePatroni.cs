using System.Text.Json.Nodes;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Operations;

/// <summary>A change of Patroni's dynamic configuration: only what differs is written, and it is read back.</summary>
public sealed class ConfigurePatroni
{
    // The write's own limit in the DCS, and reading back.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    // A member sees what waits for a restart in the loop after it has reloaded.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(1);
    private readonly DeploymentSession _deployment;
    private readonly PatroniConfigurationView _found;
    private readonly JsonObject _wished;
    private readonly PatroniPatch _patch;

    private ConfigurePatroni(DeploymentSession deployment, PatroniConfigurationView found, JsonObject wished)
    {
        _deployment = deployment;
        _found = found;
        _wished = wished;
        _patch = PatroniPatch.Between(found.Document, wished);
    }

    /// <summary>What changes, one setting a line; none where all is so already.</summary>
    public IReadOnlyList<string> Changes => _patch.Lines;

    /// <summary>The configuration as it was found.</summary>
    public PatroniConfiguration Found => _found.Configuration;

    /// <summary>Compares what is wished with what there is. Nothing is changed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="wished">What is wished, as the document has it; a null takes a key out.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>PatroniConfigurationUnfit</c>, <c>PatroniConfigurationUnread</c>.</exception>
    public static async Task<ConfigurePatroni> PrepareAsync(DeploymentSession deployment, JsonObject wished, CancellationToken cancellation)
    {
        var change = new ConfigurePatroni(deployment, await deployment.Patroni.GetConfigurationAsync(cancellation).ConfigureAwait(false), wished);
        PatroniRules.Require(change._patch.Result, wished);
        return change;
    }

    /// <summary>Writes what differs, and reads it back.</summary>
    /// <exception cref="DrException">Those of <see cref="PatroniChanges"/>; <c>PatroniConfigurationNotKept</c>; <c>RunHoldsNode</c>.</exception>
    public async Task<PatroniConfiguration> RunAsync(ChangePermit permit, CancellationToken cancellation)
    {
        var work = await PatroniWork.BeginAsync(_deployment, [_found.Node], permit, s_limit, cancellation).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            await work.Changes.PatchConfigurationAsync(_patch.Patch, cancellation).ConfigureAwait(false);
            // Patroni answers /config from what its last loop read.
            for (var end = DateTimeOffset.UtcNow + Found.LoopWait + Found.LoopWait + TimeSpan.FromSeconds(5); ;)
            {
                await Task.Delay(s_settling, cancellation).ConfigureAwait(false);
                var now = await _deployment.Patroni.GetConfigurationAsync(cancellation).ConfigureAwait(false);
                if (PatroniPatch.IsIn(now.Document, _wished))
                {
                    return now.Configuration;
                }

                if (DateTimeOffset.UtcNow > end)
                {
                    throw PatroniConfigurationNotKept(PatroniPatch.Between(now.Document, _wished).Lines);
                }
            }
        }
    }

    private DrException PatroniConfigurationNotKept(IEnumerable<string> missing) => DrException.Of(
        DrErrorKind.Remote,
        _found.Node.Name,
        "Reading the dynamic configuration back",
        $"Patroni took it, and does not have it: {string.Join("; ", missing)}",
        "Somebody else may have changed it meanwhile: look at Get-PatroniConfiguration.");
}
