// Passkeys: between the server's JSON and the browser's buffers.

/** Passkeys need a browser that knows them, a page of a secure origin, and a server that is called by a name. */
export function canUsePasskeys(): boolean {
  const { hostname } = window.location;
  const isAddress = hostname.includes(':') || /^[\d.]+$/.test(hostname);
  return 'PublicKeyCredential' in window && !isAddress;
}

interface Options {
  readonly publicKey: PublicKeyCredentialRequestOptionsJSON & PublicKeyCredentialCreationOptionsJSON;
}

function options(value: unknown): Options {
  return value as Options;
}

function told(credential: Credential | null): Record<string, never> {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('no passkey was given');
  return credential.toJSON() as Record<string, never>;
}

/** Asks the browser to prove a passkey for what the server wants to know. */
export async function passkeyAnswer(asked: unknown): Promise<Record<string, never>> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options(asked).publicKey);
  return told(await navigator.credentials.get({ publicKey }));
}

/** Asks the browser for a new passkey. */
export async function newPasskey(asked: unknown): Promise<Record<string, never>> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options(asked).publicKey);
  return told(await navigator.credentials.create({ publicKey }));
}
