using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ZabbixDR.Engine.Files;

/// <summary>
/// Certificates and keys in PEM files, as TLS with a deployment's own authority needs them. What is read throws IOException,
/// UnauthorizedAccessException or CryptographicException: the caller knows for whom the file was.
/// </summary>
internal static class PemFiles
{
    /// <summary>Trust in the authorities of a file, and in no other.</summary>
    public static X509ChainPolicy Trust(string caFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(AllOf(caFile));
        return policy;
    }

    /// <summary>A certificate with its key.</summary>
    public static X509Certificate2 Certificate(string certFile, string keyFile) => X509Certificate2.CreateFromPemFile(certFile, keyFile);

    /// <summary>The same for a client's side of TLS, with the intermediate authorities of its file.</summary>
    public static SslStreamCertificateContext Context(X509Certificate2 certificate, string certFile)
    {
        // Windows' TLS cannot use a key that was never in a key store.
        var usable = OperatingSystem.IsWindows() ? new X509Certificate2(certificate.Export(X509ContentType.Pkcs12)) : certificate;
        return SslStreamCertificateContext.Create(usable, AllOf(certFile), offline: true);
    }

    /// <summary>Why a server's certificate is refused, as a clause; null where it is not.</summary>
    public static string? Refusal(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string host, string? caFile) => errors switch
    {
        SslPolicyErrors.None => null,
        _ when certificate is null => "it sent no certificate",
        _ when certificate.NotAfter.ToUniversalTime() < DateTime.UtcNow =>
            $"its certificate ({certificate.Subject}) expired on {certificate.NotAfter.ToUniversalTime():u}",
        SslPolicyErrors.RemoteCertificateNameMismatch => $"its certificate ({certificate.Subject}) is not for {host}",
        _ => $"its certificate ({certificate.Subject}, issued by {certificate.Issuer}) is not signed by the authority in {caFile}"
            + $" ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status) ?? [])})",
    };

    private static X509Certificate2Collection AllOf(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all.Count > 0 ? all : throw new CryptographicException("the file holds no certificate");
    }
}
