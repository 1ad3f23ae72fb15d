using System.Management.Automation;
using System.Xml.Linq;
using ZabbixDR.Help;
using ZabbixDR.Tests.Architecture.Samples;

namespace ZabbixDR.Tests.Help;

public sealed class HelpGapTests
{
    private const string Class = "T:ZabbixDR.Tests.Architecture.Samples.GetTestSampleCommand";
    private const string Parameter = "P:ZabbixDR.Tests.Architecture.Samples.GetTestSampleCommand.Marks";

    [Fact]
    public void A_cmdlet_without_documentation_is_named_with_all_that_it_lacks()
    {
        Assert.Equal(
            [
                "Get-TestSample has no synopsis: write a <summary> on its class.",
                "Get-TestSample has no description: write <remarks> on its class.",
                "Get-TestSample has no example: write an <example> with <code> and <para> on its class.",
                "Get-TestSample has no text for -Marks: write a <summary> on GetTestSampleCommand.Marks.",
            ],
            HelpGaps.Of(Read([])));
    }

    [Fact]
    public void An_example_that_says_nothing_is_a_gap()
    {
        var help = Read(new XElement("example", new XElement("code", "Get-TestSample")));

        Assert.Contains("Get-TestSample has an example without a <para> that says what it does.", HelpGaps.Of(help));
    }

    [Fact]
    public void Comments_become_text()
    {
        var help = Read(
            XElement.Parse("<summary>\n    Gets a <c>sample</c> of\n    <see cref=\"T:ZabbixDR.DrNode\"/>.\n</summary>"),
            XElement.Parse("<remarks>First.<para>Second, <see langword=\"null\"/>.</para><list type=\"bullet\"><item>third</item></list></remarks>"),
            XElement.Parse("<example><code>\n    Get-TestSample |\n        Out-Null\n</code><para>Does it.</para></example>"));

        Assert.Equal(["Gets a `sample` of `DrNode`."], help.Synopsis.Paragraphs);
        Assert.Equal(["Gets a sample of DrNode."], help.Synopsis.Plain);
        Assert.Equal(["First.", "Second, null.", "- third"], help.Description.Paragraphs);
        Assert.Equal("Get-TestSample |\n    Out-Null", help.Examples.Single().Code);
        Assert.Equal("One.", help.Parameters.Single().Text.ToString());
        Assert.Empty(HelpGaps.Of(help));
    }

    private static CmdletHelp Read(params XElement[] onTheClass)
    {
        var members = new XElement(
            "members",
            new XElement("member", new XAttribute("name", Class), onTheClass),
            onTheClass.Length == 0 ? null : new XElement("member", new XAttribute("name", Parameter), new XElement("summary", "One.")));
        var documentation = XmlDocumentation.Of([new XDocument(new XElement("doc", members))]);
        return new CmdletReader(documentation, new ProseReader(new Dictionary<string, string>())).Read(new CmdletInfo("Get-TestSample", typeof(GetTestSampleCommand)));
    }
}
