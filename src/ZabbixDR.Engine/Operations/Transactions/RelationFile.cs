using System.Globalization;

namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>A relation's file as WAL names it.</summary>
/// <param name="Tablespace">The tablespace's object identifier.</param>
/// <param name="Database">The database's; 0 for what all databases share.</param>
/// <param name="Number">The filenode.</param>
internal readonly record struct RelationFile(uint Tablespace, uint Database, uint Number)
{
    /// <summary>pg_class, whose rows are the relations: its file has this number until it is rewritten itself.</summary>
    public const uint Relations = 1259;

    // FirstNormalObjectId (src/include/access/transam.h).
    private const uint FirstUsers = 16384;

    /// <summary>Whether it is a file that initdb made.</summary>
    public bool IsInitial => Number < FirstUsers;

    /// <summary>Reads <c>1663/16384/16390</c>.</summary>
    public static RelationFile Parse(string text)
    {
        var parts = text.Split('/');
        return new RelationFile(Number32(parts[0]), Number32(parts[1]), Number32(parts[2]));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tablespace}/{Database}/{Number}");

    private static uint Number32(string text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
