/** The fabric's end of a machine at 168.63.129.16: its goal state, and the health that the machine reports. */
import type { HttpAnswer, HttpRequest } from '../host/http-server.ts';
import type { Guest } from './guest.ts';
import { PLATFORM } from './network/address.ts';
import { textOfElement } from './xml.ts';

export interface HealthReport {
  /** `Ready` or `NotReady`. */
  readonly state: string;
  readonly subStatus: string | undefined;
  readonly description: string | undefined;
  /** Whether it names this machine's container and role instance; the fabric passes over others. */
  readonly isAboutGuest: boolean;
}

const VERSION = '2012-11-30';
const BASE = `http://${PLATFORM.wireserver}:80/machine`;

/**
 * Answers one request.
 *
 * @param onHealth is told of each report
 * @see waagent, common/protocol/wire.py; cloud-init, sources/helpers/azure.py
 */
export function answerWireserver(
  request: HttpRequest,
  guest: Guest,
  onHealth: (report: HealthReport) => void,
): HttpAnswer {
  const { method, url } = request;
  const component = url.searchParams.get('comp') ?? '';
  if (component === 'versions') return xml(VERSIONS);
  if (request.headers['x-ms-version'] !== VERSION) return xml('<Error>x-ms-version is not supported</Error>', 400);
  if (method === 'POST') {
    if (component === 'health') onHealth(readHealth(request.body, guest));
    return xml('');
  }
  const document = DOCUMENTS.get(component);
  return document === undefined ? xml('<Error>not found</Error>', 404) : xml(document(guest));
}

/** What stands in for the host's plugin on port 32526, which newer agents prefer: it offers nothing. */
export function answerHostPlugin({ url }: HttpRequest): HttpAnswer {
  if (url.pathname === '/health') return { status: 200, type: 'text/plain', body: '' };
  if (url.pathname !== '/versions') return { status: 404, type: 'text/plain', body: '' };
  return { status: 200, type: 'application/json', body: JSON.stringify(['2015-09-01']) };
}

function readHealth(body: string, { containerId, instanceId }: Guest): HealthReport {
  return {
    state: textOfElement(body, 'State') ?? '',
    subStatus: textOfElement(body, 'SubStatus'),
    description: textOfElement(body, 'Description'),
    isAboutGuest:
      textOfElement(body, 'ContainerId') === containerId && textOfElement(body, 'InstanceId') === instanceId,
  };
}

const VERSIONS = `<Versions>
  <Preferred><Version>${VERSION}</Version></Preferred>
  <Supported><Version>${VERSION}</Version></Supported>
</Versions>`;

const DOCUMENTS: ReadonlyMap<string, (guest: Guest) => string> = new Map([
  ['goalstate', goalState],
  ['config', hostingEnvironment],
  ['sharedConfig', sharedConfig],
  ['extensionsConfig', () => EXTENSIONS],
]);

function goalState({ containerId, instanceId }: Guest): string {
  return `<GoalState>
  <Version>${VERSION}</Version>
  <Incarnation>1</Incarnation>
  <Machine>
    <ExpectedState>Started</ExpectedState>
    <StopRolesDeadlineHint>300000</StopRolesDeadlineHint>
    <LBProbePorts><Port>16001</Port></LBProbePorts>
    <ExpectHealthReport>FALSE</ExpectHealthReport>
  </Machine>
  <Container>
    <ContainerId>${containerId}</ContainerId>
    <RoleInstanceList>
      <RoleInstance>
        <InstanceId>${instanceId}</InstanceId>
        <State>Started</State>
        <Configuration>
          <HostingEnvironmentConfig>${BASE}?comp=config</HostingEnvironmentConfig>
          <SharedConfig>${BASE}?comp=sharedConfig</SharedConfig>
          <ExtensionsConfig>${BASE}?comp=extensionsConfig</ExtensionsConfig>
          <ConfigName>${instanceId}.1.xml</ConfigName>
        </Configuration>
      </RoleInstance>
    </RoleInstanceList>
  </Container>
</GoalState>`;
}

function hostingEnvironment({ instanceId, hostName }: Guest): string {
  return `<HostingEnvironmentConfig version="1.0.0.0" goalStateIncarnation="1">
  <StoredCertificates />
  <Deployment name="${instanceId}" guid="{${instanceId}}" incarnation="0" />
  <Incarnation number="1" instance="${hostName}" guid="{${instanceId}}" />
  <Role guid="{${instanceId}}" name="${hostName}" settleTimeSeconds="0" />
</HostingEnvironmentConfig>`;
}

function sharedConfig({ instanceId, address }: Guest): string {
  return `<SharedConfig version="1.0.0.0" goalStateIncarnation="1">
  <Deployment name="${instanceId}" guid="{${instanceId}}" incarnation="0" />
  <Instances><Instance id="${instanceId}" address="${address.ip}" /></Instances>
</SharedConfig>`;
}

const EXTENSIONS = `<Extensions version="1.0.0.0" goalStateIncarnation="1">
  <GuestAgentExtension><GAFamilies /></GuestAgentExtension>
  <StatusUploadBlob />
  <Plugins />
  <PluginSettings />
</Extensions>`;

function xml(body: string, status = 200): HttpAnswer {
  return { status, type: 'text/xml; charset=utf-8', body };
}
