using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace ZabbixDR.Engine.Locks;

/// <summary>Who works, with what, and the name of a new run, or of a drill.</summary>
internal static class RunIdentity
{
    /// <summary>User and host.</summary>
    public static string Operator { get; } = $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>The module's version.</summary>
    public static string ModuleVersion { get; } =
        typeof(RunIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>A new id: the time to the second, for people, and a random end, so that two hosts never make the same.</summary>
    public static string NewId(DateTimeOffset now) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
}
