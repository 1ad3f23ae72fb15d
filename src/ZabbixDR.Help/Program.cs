using ZabbixDR.Help;

return HelpProgram.Run(args, Console.Error);
