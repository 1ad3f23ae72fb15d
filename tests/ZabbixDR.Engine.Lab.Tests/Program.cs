using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Lab.Tests.Nodes.Local;
using ZabbixDR.Engine.Nodes;

// A test starts this on a host, where the host is a node with address: local.
await using var session = DeploymentSession.Open(args[0], new SessionAccess());
Console.Write(await Errand.RunAsync(session, args[1], args[2]));
return 0;
