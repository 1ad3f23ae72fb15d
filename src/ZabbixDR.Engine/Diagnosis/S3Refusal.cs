using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>Why a store refused a request, by the code in its answer (Amazon S3 API reference, error responses), which pgBackRest prints.</summary>
/// <param name="What">The second half of the finding's id.</param>
/// <param name="Sentence">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
internal sealed partial record S3Refusal(string What, Func<ObjectStoreOnNode, string> Sentence, string Remedy)
{
    private const string WriteAgain = "correct it in the topology file and run Install-PgBackRestConfiguration.";

    /// <summary>The code and the message of the store's answer.</summary>
    public string Answer { get; private init; } = "";

    private static readonly (string Code, S3Refusal Refusal)[] s_all =
    [
        ("InvalidAccessKeyId", new("key-unknown", store => $"{store.Endpoint} does not know the access key", $"The key was taken back, mistyped, or is another store's: {WriteAgain}")),
        ("SignatureDoesNotMatch", new("secret-wrong", store => $"{store.Endpoint} knows the access key, and the secret on the node is not the one that belongs to it", $"Find the key's secret: {WriteAgain}")),
        ("NoSuchBucket", new("bucket-missing", store => $"{store.Endpoint} has no bucket {store.Bucket}", $"Make the bucket, or {WriteAgain}")),
        ("AuthorizationHeaderMalformed", new("region-wrong", store => $"{store.Endpoint} expects another region than {store.Region}", $"Its answer in the evidence names the region: {WriteAgain}")),
        ("PermanentRedirect", new("region-wrong", store => $"the bucket {store.Bucket} is in another region than {store.Region}", $"Take the endpoint and the region that the store's answer names: {WriteAgain}")),
        ("RequestTimeTooSkewed", new("clock-skew", store => $"{store.Endpoint} finds the node's clock too far from its own", "Look at chronyc tracking or timedatectl on the node.")),
        ("AccessDenied", new("denied", store => $"the access key may not list the bucket {store.Bucket}", "Its policy must allow s3:ListBucket of the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject of what lies in it.")),
    ];

    /// <summary>The refusal that an error of pgBackRest tells of; null for any other error.</summary>
    public static S3Refusal? Find(string error) => Code().Match(error) is { Success: true } code && s_all.FirstOrDefault(one => one.Code == code.Groups[1].Value).Refusal is { } refusal
        ? refusal with { Answer = $"{code.Groups[1].Value}: {Message().Match(error).Groups[1].Value}" }
        : null;

    [GeneratedRegex("<Code>([A-Za-z]+)</Code>")]
    private static partial Regex Code();

    [GeneratedRegex("<Message>([^<]*)</Message>")]
    private static partial Regex Message();
}
