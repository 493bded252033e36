/** Templates that break the rules of resources of all types. */
import type { JsonObject } from '../../../src/model/json.ts';
import {
  account,
  address,
  balancer,
  extension,
  group,
  machine,
  network,
  networkId,
  osProfile,
  rule,
  SIZE,
  subnet,
  templateOf,
  withOutput,
} from '../templates.ts';

/** For each rule the smallest templates that break it, and no other. */
export const BROKEN_RESOURCES: Readonly<Record<string, readonly JsonObject[]>> = {
  'apiVersions-Should-Be-Recent': [templateOf([account({}, { apiVersion: '2015-06-15' })])],
  'Resources-Should-Have-Location': [templateOf([placeless()])],
  'Location-Should-Not-Be-Hardcoded': [templateOf([account({}, { location: 'westeurope' })])],
  'DeploymentTemplate-Must-Not-Contain-Hardcoded-Uri': [
    withOutput("[concat('https://x.blob.core.windows.net/', 'a')]"),
  ],
  'Retired-CDN-Must-Not-Be-Used': [
    withOutput('https://dcosio.azureedge.net/dcos'),
    templateOf(
      [machine({ osProfile: osProfile({ customData: "[base64(concat('https://x.azureedge', '.net'))]" }) })],
      SIZE,
    ),
  ],
  'Template-Should-Not-Contain-Blanks': [templateOf([account({ customDomain: {} })])],
  'Property-Names-Must-Be-Exact': [
    templateOf(
      [machine({ osProfile: { computername: 'x', linuxConfiguration: { disablePasswordAuthentication: true } } })],
      SIZE,
    ),
  ],
  'Ports-Must-Be-Texts': [templateOf([group([rule('a', 100, { destinationPortRange: 80 })])])],
  'Numbers-Must-Not-Be-Texts': [templateOf([group([rule('a', '100')])])],
  'Bools-Must-Not-Be-Texts': [templateOf([account({ supportsHttpsTrafficOnly: 'true' })])],
  'Ids-Must-Lead-Somewhere': [
    templateOf([
      address(),
      balancer({
        outboundRules: [
          {
            name: 'out',
            properties: { frontendIPConfigurations: [networkId('loadBalancers/frontendIPConfigurations', 'lb', 'g')] },
          },
        ],
      }),
    ]),
    templateOf([
      group([rule('a', 100)]),
      network([subnet('one', '10.0.0.0/24', { networkSecurityGroup: networkId('networkSecurityGroups', 'grup') })]),
    ]),
  ],
  'References-Need-DependsOn': [
    templateOf([address(), account(), balancer({}, { dependsOn: ['account'] })]),
    templateOf([machine(), extension({ publisher: 'x', type: 'y' })], SIZE),
  ],
};

function placeless(): JsonObject {
  const { location: _, ...rest } = account();
  return rest;
}
