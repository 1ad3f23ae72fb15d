namespace ZabbixDR.Lab;

/// <summary>Brings labs up, back and down. One process at a time changes a lab; the others are refused.</summary>
internal static class Lifecycle
{
    private static readonly TimeSpan SavedStateLimit = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Brings a lab up from whatever there is: a running one keeps what is up, a half-made one is torn down and made again.
    /// </summary>
    public static async Task<TwoSiteLab> UpAsync(LabPlan plan, Phases phases, CancellationToken cancellation)
    {
        if (plan.Generation.Unfit is { } reason) throw new LabException($"a lab of {plan.Generation.Name} cannot be brought up: {reason}");
        using var held = LabLock.TakeOrRefuse($"lab-{plan.Name}");
        DemandOwn(plan.Name);
        await Prerequisites.EnsureAsync(phases, cancellation);
        var lab = new TwoSiteLab(plan);
        if (LabFolder.Read(plan.Name) is { Saved: { } running } record && Directory.Exists(running) && lab.Network.IsWhole)
        {
            var found = record.PlanOf(plan.Name);
            if ((found.Generation, found.Layout) != (plan.Generation, plan.Layout))
                throw new LabException($"lab {plan.Name} is up as {record.Generation} with etcd-3 at site {record.Etcd3Site} and {found.Servers} PostgreSQL hosts; take it down first, or give this one another --name");
            if (running != LabHome.Saved(plan)) phases.Say("this lab stands on an older saved state; down and up brings the newest");
            await ContinueAsync(lab, phases, cancellation);
            return lab;
        }

        await TearDownAsync(lab, cancellation);
        await File.WriteAllTextAsync(LabHome.OwnerFile(plan.Name), LabHome.Root, cancellation);
        var tree = await RootTree.EnsureAsync(plan.Generation, phases, cancellation);
        var saved = LabHome.Saved(plan);
        var state = new SavedState(lab, tree, saved, phases, cancellation);
        using (await LabLock.TakeAsync($"saved-{plan.Generation.Name}-{plan.Layout}", SavedStateLimit, cancellation))
        {
            if (!Directory.Exists(saved)) await state.CreateAsync();
        }

        await state.StartAsync();
        return lab;
    }

    /// <summary>Puts a lab back to its saved state.</summary>
    public static async Task ResetAsync(TwoSiteLab lab, Phases phases, CancellationToken cancellation)
    {
        using var held = LabLock.TakeOrRefuse($"lab-{lab.Plan.Name}");
        if (LabFolder.Read(lab.Plan.Name) is not { Saved: { } saved } record)
            throw new LabException($"lab {lab.Plan.Name} was never finished; bring it up again");
        await new SavedState(lab, record.Tree, saved, phases, cancellation).StartAsync();
    }

    /// <summary>Takes a lab down and leaves nothing of it: no process, namespace, mount, cgroup or file.</summary>
    public static async Task DownAsync(string name, CancellationToken cancellation)
    {
        using var held = LabLock.TakeOrRefuse($"lab-{name}");
        DemandOwn(name);
        await TearDownAsync(new TwoSiteLab(LabFolder.Read(name)?.PlanOf(name) ?? new LabPlan(name, Generation.Default, etcd3Site: "B")), cancellation);
    }

    /// <summary>Takes every lab down, then removes trees, saved states and tools.</summary>
    public static async Task PurgeAsync(CancellationToken cancellation)
    {
        foreach (var name in LabFolder.All()) await DownAsync(name, cancellation);
        foreach (var generation in Generation.All) await Cgroup.ForBuild(generation).KillAsync(cancellation);
        await Cgroup.CleanUpAsync(cancellation);
        await Files.RemoveAsync(LabHome.Root, cancellation);
    }

    /// <summary>Starts those hosts of a finished lab that are off, and undoes what was done to its lines and its sshds.</summary>
    private static async Task ContinueAsync(TwoSiteLab lab, Phases phases, CancellationToken cancellation)
    {
        await lab.HealAsync(cancellation);
        await lab.DelayAsync(TimeSpan.Zero, cancellation);
        foreach (var host in lab.Hosts) await lab.ResumeAsync(host.Name);
        var off = lab.Hosts.Where(host => !lab.IsRunning(host.Name)).ToList();
        if (off.Count > 0)
            await phases.RunAsync($"boot of {string.Join(", ", off.Select(host => host.Name))}", () => lab.StartAsync(off, cancellation));
        await phases.RunAsync("everything healthy, sync standby included", () => lab.WaitHealthyAsync(cancellation: cancellation));
    }

    /// <summary>A lab of the same name that stands on another home's files is not ours to take down.</summary>
    private static void DemandOwn(string name)
    {
        var owner = LabHome.OwnerFile(name);
        Directory.CreateDirectory(Path.GetDirectoryName(owner)!);
        if (!File.Exists(owner) || !LabNetwork.Exists(name)) return;
        var home = File.ReadAllText(owner);
        if (home != LabHome.Root)
            throw new LabException($"lab {name} belongs to {home}: use another --name, or take it down with ZABBIXDR_LAB_HOME={home}");
    }

    private static async Task TearDownAsync(TwoSiteLab lab, CancellationToken cancellation)
    {
        await Cgroup.ForLab(lab.Plan.Name).KillAsync(cancellation);
        await lab.Network.DeleteAsync(cancellation);
        await Files.RemoveAsync(lab.Folder, cancellation);
        File.Delete(LabHome.OwnerFile(lab.Plan.Name));
        await Cgroup.CleanUpAsync(cancellation);
    }
}
