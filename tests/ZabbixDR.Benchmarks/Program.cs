using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using ZabbixDR.Benchmarks;
using ZabbixDR.Lab;

// The engine that is measured is the one that ships: it is found as where the module is imported.
var loader = Assembly.LoadFrom(Path.Combine(Path.GetDirectoryName(Repository.StagedModule)!, "ZabbixDR.Loader.dll"));
((IModuleAssemblyInitializer)Activator.CreateInstance(loader.GetType("ZabbixDR.Loader.ModuleInitializer", throwOnError: true)!)!).OnImport();

// A candidate is a whole process: this program, started again by itself.
switch (args)
{
    case [SnapshotBenchmark.Child, var topology, var folder]:
        return await SnapshotBenchmark.SaveAsync(topology, folder);
    case [NodeBenchmark.Child, var topology, var what]:
        return await NodeBenchmark.ReachAsync(topology, what);
    case [NodeBenchmark.Running, var topology, var rounds, var commands]:
        return await NodeBenchmark.ReachRunningAsync(topology, int.Parse(rounds, CultureInfo.InvariantCulture), commands);
    case [InfoBenchmark.Child, var file]:
        return InfoBenchmark.Read(file);
    case [ImportBenchmark.Child, .. var manifest]:
        return ImportBenchmark.Import(manifest is [var path] ? path : null);
}

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine("""
        Measures what the project promises. Run as root; P1, P2 and P8 need the lab's root tree (ZabbixDR.Lab up,
        once), P6, P6bare and P9 a lab that is up: default, or the one that ZABBIXDR_LAB names.
        P6bare is P6 against a script that does nothing to be sure.

          --only P1[,P5]   those only; all by default
          --rounds N       how many pairs of runs; 5 by default, and one before that is thrown away
          --gib N          how much P6's database is made to grow first; not at all by default
        """);
    return 0;
}

var only = Option("--only")?.Split(',');
var pairs = int.Parse(Option("--rounds") ?? "5", CultureInfo.InvariantCulture);
var gibibytes = int.Parse(Option("--gib") ?? "0", CultureInfo.InvariantCulture);
var good = true;
foreach (var (name, run) in new (string, Func<int, Task<bool>>)[] { ("P1", SnapshotBenchmark.RunAsync), ("P2", StatusBenchmark.RunAsync), ("P5", ImportBenchmark.RunAsync), ("P6", rounds => RecoveryBenchmark.RunAsync(rounds, gibibytes, isSure: true)), ("P6bare", rounds => RecoveryBenchmark.RunAsync(rounds, gibibytes, isSure: false)), ("P8", InfoBenchmark.RunAsync), ("P9", NodeBenchmark.RunAsync) })
{
    if (only is null || only.Contains(name, StringComparer.OrdinalIgnoreCase))
    {
        try
        {
            good &= await run(pairs);
        }
        catch (Exception error) when (error is InvalidOperationException or LabException)
        {
            Console.Error.WriteLine($"{name} could not be measured: {error.Message}");
            return 2;
        }
    }
}

return good ? 0 : 1;

string? Option(string name)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
