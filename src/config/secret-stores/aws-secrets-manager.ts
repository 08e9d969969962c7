/**
 * AWS Secrets Manager by its official client, which is loaded only when a setting asks for it. Without keys in the settings
 * the client finds them where AWS puts them: the role of the machine, the container or the service account.
 */
import { networkReason, type SecretStore } from './secret-store.ts'

export interface AwsSettings {
  readonly region: string | undefined
  readonly endpoint: string | undefined
  /** Undefined leaves it to the client. */
  readonly credentials:
    { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string } | undefined
}

/** By the names that the client gives its errors; its words for a missing region have none. */
const ADVICE: Readonly<Record<string, (id: string) => string>> = {
  ResourceNotFoundException: (id) => `AWS Secrets Manager has no secret ${id} in this region; correct its name`,
  AccessDeniedException: (id) => `AWS refuses ${id}; allow secretsmanager:GetSecretValue for it`,
  UnrecognizedClientException: () => 'AWS does not know the access key; correct AWS_ACCESS_KEY_ID',
  InvalidSignatureException: () => 'AWS refuses the signature; correct AWS_SECRET_ACCESS_KEY and the clock',
  ExpiredTokenException: () => 'the AWS session has expired; renew AWS_SESSION_TOKEN',
  DecryptionFailure: (id) => `AWS cannot decrypt ${id}; allow kms:Decrypt for its key`,
  CredentialsProviderError: () => 'no AWS credentials were found; give the machine a role, or set AWS_ACCESS_KEY_ID',
}

/** The region is a part of a whole name: `arn:aws:secretsmanager:REGION:…`. */
const regionOf = (id: string): string | undefined => (id.startsWith('arn:') ? id.split(':')[3] : undefined)

export const createAwsSecretsManager = ({ region, endpoint, credentials }: AwsSettings): SecretStore => ({
  async read(id, signal) {
    const place = regionOf(id) ?? region
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager')
    const client = new SecretsManagerClient({
      ...(place === undefined ? {} : { region: place }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    })
    try {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: id }), { abortSignal: signal })
      if (answer.SecretString === undefined) throw new Error(`${id} holds bytes; store it as text`)
      return answer.SecretString
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error))
      const advice = message === 'Region is missing' ? 'AWS needs a region; set AWS_REGION' : ADVICE[name]?.(id)
      throw new Error(advice ?? `AWS Secrets Manager did not give ${id} (${networkReason(error)})`, { cause: error })
    } finally {
      client.destroy()
    }
  },
})
