import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expandTemplate } from '../../src/arm/expand.ts';
import { lintTemplate } from '../../src/arm/lint.ts';
import { openPaths } from '../../src/arm/reach.ts';
import { parseTemplate } from '../../src/arm/read-template.ts';
import { lastName } from '../../src/arm/resource-id.ts';

/** Of our own making, in the shape of the template with which DC/OS was put on Azure in 2016. */
const FILE = 'test/fixtures/templates/acs-2016.json';
const text = readFileSync(FILE, 'utf8');
const template = parseTemplate(FILE, text);
const findings = lintTemplate(template, { bytes: Buffer.byteLength(text) });

/** What today's service refuses of such a template, or what has changed meanwhile, with the rules and places that tell. */
const CHANGES: readonly (readonly [string, string, RegExp])[] = [
  ['accounts had an accountType', 'Storage-Accounts-Need-Sku-And-Kind', /^resources\[0\]\.properties\.accountType$/],
  ['accounts took old TLS', 'Storage-Accounts-Should-Be-Tight', /minimumTlsVersion$/],
  ['accounts had public blobs', 'Storage-Accounts-Should-Be-Tight', /allowBlobPublicAccess$/],
  ['disks were blobs', 'Unmanaged-Disks-Are-Retired', /osDisk\.vhd$/],
  ['disks of scale sets were blobs', 'Unmanaged-Disks-Are-Retired', /osDisk\.vhdContainers$/],
  ['load balancers were Basic', 'Load-Balancers-Must-Be-Standard', /sku$/],
  ['addresses were Basic', 'Public-IPs-Must-Be-Standard', /sku$/],
  ['addresses were dynamic', 'Public-IPs-Must-Be-Static', /publicIPAllocationMethod$/],
  ['there was a default way out', 'Nodes-Need-Explicit-Egress', /^resources\[13\]$/],
  ['rules led to ports that a group denies', 'Frontend-Ports-Must-Reach-Machines', /^resources\[11\]$/],
  ['availability sets had no sku', 'Availability-Sets-Must-Be-Aligned', /sku$/],
  ['scale sets had one mode', 'Scale-Sets-Should-Name-Their-Mode', /orchestrationMode$/],
  ['the system was Ubuntu 16.04', 'VM-Images-Must-Not-Be-Retired', /imageReference$/],
  ['sizes were of version 2', 'VM-Sizes-Must-Not-Be-Retired', /hardwareProfile\.vmSize$/],
  ['sizes of scale sets were too', 'VM-Sizes-Must-Not-Be-Retired', /sku\.name$/],
  ['extensions were of OSTCExtensions', 'Extensions-Must-Not-Be-Retired', /publisher$/],
  ['there was LinuxDiagnostic', 'Linux-Diagnostic-Is-Retired', /type$/],
  ['ports were numbers', 'Ports-Must-Be-Texts', /destinationPortRange$/],
  ['intervals were texts', 'Numbers-Must-Not-Be-Texts', /intervalInSeconds$/],
  ['bools were texts', 'Bools-Must-Not-Be-Texts', /disablePasswordAuthentication$/],
  ['names had other capitals', 'Property-Names-Must-Be-Exact', /osProfile\.computername$/],
  ['NAT rules had a location', 'NAT-Rules-Have-No-Location', /^resources\[10\]\.location$/],
  ['the schema was that of 2015', 'DeploymentTemplate-Schema-Is-Correct', /^\$schema$/],
  ['files came from azureedge.net', 'Retired-CDN-Must-Not-Be-Used', /^variables\.bootstrapUrl$/],
  ['customData held a key', 'CustomData-Should-Not-Contain-Keys', /osProfile\.customData$/],
  ['images were the latest', 'VM-Images-Must-Be-Pinned', /imageReference\.version$/],
  ['interfaces were of 2016', 'apiVersions-Should-Be-Recent', /apiVersion$/],
  [
    'everybody reached masters by ssh',
    'Masters-Must-Not-Be-Open-To-Everybody',
    /^resources\[3\]\.properties\.securityRules$/,
  ],
  ['ids were put together', 'DependsOn-Best-Practices', /dependsOn\[0\]$/],
];

test.each(CHANGES)('that %s is found', (_, rule, path) => {
  expect(findings.filter((one) => one.rule === rule).map((one) => one.path)).toContainEqual(
    expect.stringMatching(path),
  );
});

test('nothing else is found', () => {
  const rules = new Set(CHANGES.map(([, rule]) => rule));
  expect(findings.filter(({ rule }) => !rules.has(rule))).toEqual([]);
});

test('of its ports ssh and that of agents are open; those of masters hang on oauthEnabled', () => {
  expect(portsWith({})).toEqual(['agent 80', 'ssh 2200', 'ssh 2201', 'ssh 2202']);
  expect(portsWith({ oauthEnabled: 'true' })).toEqual(['agent 80', 'master 80', 'ssh 2200', 'ssh 2201', 'ssh 2202']);
});

function portsWith(parameters: Record<string, string>): string[] {
  const { resources, mistakes } = expandTemplate(template, { parameters });
  expect(mistakes).toEqual([]);
  const open = openPaths(resources).filter(({ isOpen }) => isOpen);
  return open
    .map(({ backendPort, frontendPort, publicIp }) => {
      const at = lastName(publicIp).includes('master') ? 'master' : 'agent';
      return `${backendPort === 22 ? 'ssh' : at} ${frontendPort}`;
    })
    .toSorted();
}
