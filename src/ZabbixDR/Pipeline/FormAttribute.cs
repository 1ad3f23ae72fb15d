using System.Management.Automation;
using System.Text.RegularExpressions;

namespace ZabbixDR.Pipeline;

/// <summary>Demands that a value is written in a form, and says in words in which where it is not: PowerShell's own would show the pattern.</summary>
public sealed class FormAttribute : ValidateEnumeratedArgumentsAttribute
{
    private static readonly Dictionary<TextForm, (string Pattern, string InWords)> s_forms = new()
    {
        [TextForm.BackupLabel] = ("^[0-9]{8}-[0-9]{6}F(_[0-9]{8}-[0-9]{6}[DI])?\\z", "the label of a backup set, such as 20260314-020000F or 20260314-020000F_20260314-080000I; Get-PgBackRestBackup lists them"),
        [TextForm.WalPosition] = ("^[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}\\z", "a position in the WAL as PostgreSQL writes it, such as 0/1F000028"),
        [TextForm.OneLine] = ("^[^\\r\\n\\0]+\\z", "one line of text"),
        [TextForm.OneWord] = ("^[!-~]+\\z", "one word, of printable ASCII without a blank"),
        [TextForm.AbsolutePath] = ("^/", "a path from the root on, such as /var/lib/pgbackrest"),
        [TextForm.PlainPath] = ("^/[A-Za-z0-9._/-]*\\z", "a path from the root on, of letters, digits and . _ - alone, such as /var/lib/scratch"),
    };

    private readonly TextForm _form;

    /// <param name="form">The form.</param>
    public FormAttribute(TextForm form) => _form = form;

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        var (pattern, inWords) = s_forms[_form];
        var text = LanguagePrimitives.ConvertTo<string>(element);
        if (!Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant))
        {
            throw new ValidationMetadataException($"'{text}' is not {inWords}.");
        }
    }
}
