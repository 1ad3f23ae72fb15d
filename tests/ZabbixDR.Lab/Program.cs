using ZabbixDR.Lab;

return await CommandLine.RunAsync(args);
