// A small oidc-provider for the comparison: client credentials and a code flow whose sign-in and consent are approved
// without a page. Access tokens are RS256 JWTs, as the other servers' are, so that each grant costs the same signatures.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const origin = `http://127.0.0.1:${port}`;
const resource = 'https://api.example.test/';

const provider = new Provider(origin, {
  clients: [
    {
      client_id: 'web', client_secret: 'web-secret', redirect_uris: ['http://localhost:3000/auth/callback'],
      grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post',
    },
    {
      client_id: 'daemon', client_secret: 'daemon-secret', redirect_uris: [], response_types: [],
      grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  cookies: { keys: ['only for the comparison'] },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  interactions: { url: (_ctx, interaction) => `/approve/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'read', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
    },
  },
});

async function approve(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: 'alice', clientId: params.client_id });
  grant.addOIDCScope('openid');
  grant.addResourceScope(resource, 'read');
  const answer = { login: { accountId: 'alice' }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, answer);
}

const serve = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/approve/')) return serve(request, response);
  return approve(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
}).listen(port, '127.0.0.1');
