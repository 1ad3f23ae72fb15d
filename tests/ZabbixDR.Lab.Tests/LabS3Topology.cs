namespace ZabbixDR.Lab.Tests;

/// <summary>The lab's topology with a second repository, in its object store, under a path of its own each time.</summary>
internal static class LabS3Topology
{
    private const string Repository = "  repository:\n    type: posix\n    path: /mnt/backup/pgbackrest\n";

    /// <param name="fixture">The lab.</param>
    /// <param name="replaced">Other texts of the topology file, each by the one after it.</param>
    public static string Of(LabFixture fixture, params string[] replaced)
    {
        foreach (var (name, value) in new[] { ("s3-key", LabS3.Key), ("s3-secret", LabS3.KeySecret) })
        {
            var file = Path.Combine(fixture.Lab.OperatorFolder, name);
            File.WriteAllText(file, value + "\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return fixture.TopologyWith([Repository, $"""
              repositories:
                1: {"{"} type: posix, path: /mnt/backup/pgbackrest {"}"}
                2:
                  type: s3
                  endpoint: {LabS3.Host}
                  bucket: {LabS3.Bucket}
                  region: {LabS3.Region}
                  key: file:s3-key
                  keySecret: file:s3-secret
                  uriStyle: path
                  storagePort: {LabS3.Port}
                  caFile: {LabS3.CaFile}
                  path: /{Guid.NewGuid():N}

            """, .. replaced]);
    }
}
