using System.Text;

namespace ZabbixDR.Help;

/// <summary>
/// Writes a staged module's help from the code's own documentation: the MAML file that Get-Help reads, and one page a cmdlet.
/// </summary>
public static class HelpProgram
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs the tool.</summary>
    /// <param name="arguments">The staged manifest, the folder of the compiler's documentation files, the folder to write to.</param>
    /// <param name="errors">Takes one line for each gap, in the form that MSBuild shows as a build error.</param>
    /// <returns>0 where all is written; 1 where a cmdlet lacks something, and then nothing is written; 2 for wrong arguments.</returns>
    public static int Run(string[] arguments, TextWriter errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (arguments is not [var manifest, var documentation, var output])
        {
            errors.WriteLine("Usage: ZabbixDR.Help MANIFEST DOCUMENTATION-FOLDER OUTPUT-FOLDER");
            return 2;
        }

        var cmdlets = StagedModule.Read(manifest, XmlDocumentation.Load(documentation));
        var gaps = cmdlets.SelectMany(HelpGaps.Of).ToList();
        foreach (var gap in gaps)
        {
            errors.WriteLine($"ZabbixDR.Help : error HELP001: {gap}");
        }

        if (gaps.Count == 0)
        {
            Write(cmdlets, output);
        }

        return gaps.Count == 0 ? 0 : 1;
    }

    private static void Write(IReadOnlyList<CmdletHelp> cmdlets, string output)
    {
        var pages = Path.Combine(output, "cmdlets");
        if (Directory.Exists(pages))
        {
            Directory.Delete(pages, recursive: true);
        }

        Directory.CreateDirectory(pages);
        foreach (var cmdlet in cmdlets)
        {
            File.WriteAllText(Path.Combine(pages, $"{cmdlet.Name}.md"), MarkdownPage.Of(cmdlet), Utf8);
        }

        // Last: it is what an incremental build compares times with.
        MamlFile.Of(cmdlets).Save(Path.Combine(output, "ZabbixDR.dll-Help.xml"));
    }
}
