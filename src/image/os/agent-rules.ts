/** What is asked of the agents that Azure works with, and of those that it does not want. */
import { askedBy, type Rule } from '../rules.ts';
import type { ImageFacts } from './image-facts.ts';
import { isAtLeast } from './package-facts.ts';
import { noneOf } from './verdicts.ts';

const LEAST_WAAGENT = '2.2.53.1';
const UPLOAD = 'Azure docs, virtual-machines/linux/create-upload-generic';
const IMAGE_BUILDER = 'kubernetes-sigs/image-builder';

export const AGENT_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'waagent.version', severity: 'error', required: `${LEAST_WAAGENT} or later` },
    ...askedBy({ testId: 39, lisa: 'verify_waagent_version' }),
    judge: ({ agents: { waagentVersion } }) => ({
      ok: waagentVersion !== undefined && isAtLeast(waagentVersion, LEAST_WAAGENT),
      actual: waagentVersion ?? 'not installed',
    }),
  },
  {
    ...{
      id: 'waagent.autoupdate',
      severity: 'error',
      required: 'AutoUpdate.Enabled is not n',
      ...askedBy({ testId: 51 }),
    },
    judge: ({ agents: { waagent } }) => {
      if (waagent === undefined) return { skipped: 'no /etc/waagent.conf' };
      const value = waagent.get('AutoUpdate.Enabled');
      return { ok: value?.toLowerCase() !== 'n', actual: value ?? 'not set, which is y' };
    },
  },
  {
    ...{ id: 'cloud-init.ds', severity: 'error', required: 'cloud-init provisions, from Azure', source: UPLOAD },
    judge: ({ agents: { hasCloudInit, isCloudInitDisabled, maskedCloudInit, datasources, waagent } }) => {
      const agent = waagent?.get('Provisioning.Agent') ?? 'auto';
      const problems = [
        ...(hasCloudInit ? [] : ['no /usr/bin/cloud-init']),
        ...(isCloudInitDisabled ? ['/etc/cloud/cloud-init.disabled'] : []),
        ...maskedCloudInit.map((unit) => `${unit} is masked`),
        ...(datasources?.includes('Azure') === false ? [`datasource_list: [${datasources.join(', ')}]`] : []),
        ...(/^(?:auto|cloud-init)$/.test(agent) ? [] : [`Provisioning.Agent=${agent}`]),
      ];
      const sources = datasources === undefined ? 'of the default list' : `[${datasources.join(', ')}]`;
      const right = `datasources ${sources}, Provisioning.Agent=${agent}`;
      return { ok: problems.length === 0, actual: problems.length === 0 ? right : problems.join('; ') };
    },
  },
  {
    ...{ id: 'resource-disk', severity: 'warning', required: 'ResourceDisk.Format=n and EnableSwap=n' },
    ...askedBy({ lisa: 'verify_resource_disk_readme_file' }),
    judge: ({ agents: { hasCloudInit, waagent } }) => {
      if (!hasCloudInit || waagent === undefined) return { skipped: 'waagent and cloud-init do not share the work' };
      const isOn = (key: string): boolean => waagent.get(`ResourceDisk.${key}`)?.toLowerCase() === 'y';
      const on = ['Format', 'EnableSwap'].filter(isOn);
      return { ok: on.length === 0, actual: on.length === 0 ? 'both off' : on.map((key) => `${key}=y`).join(', ') };
    },
  },
  {
    ...{ id: 'kvp', severity: 'warning', required: 'the daemon hv_kvp' },
    ...askedBy({ lisa: 'verify_hv_kvp_daemon_installed' }),
    judge: ({ software: { kvpDaemon } }) => ({ ok: kvpDaemon !== undefined, actual: kvpDaemon ?? 'not installed' }),
  },
  {
    ...{ id: 'no-mgmt-agents', severity: 'warning', required: 'no agent that manages or watches from elsewhere' },
    ...askedBy({ policy: '200.4' }),
    judge: ({ software: { managementAgents } }) => noneOf(managementAgents),
  },
  {
    ...{ id: 'time', severity: 'info', required: 'chrony: refclock PHC, makestep 1.0 -1', source: IMAGE_BUILDER },
    judge: ({ software: { chrony } }) => {
      if (chrony === undefined) return { ok: false, actual: 'no chrony' };
      const clock = chrony.find((line) => /^refclock\s+PHC\s+\/dev\/ptp/.test(line));
      const steps = chrony.filter((line) => line.startsWith('makestep'));
      const step = steps.find((line) => /^makestep\s+1(?:\.0)?\s+-1$/.test(line)) ?? steps[0];
      const ok = clock !== undefined && /-1$/.test(step ?? '');
      return { ok, actual: [clock ?? 'no refclock', step ?? 'no makestep'].join(', ') };
    },
  },
  {
    ...{ id: 'wireserver-guard', severity: 'info', required: 'only root reaches the wireserver (CVE-2021-27075)' },
    source: IMAGE_BUILDER,
    judge: ({ network: { guardsWireserver }, agents: { waagent } }) => {
      const byAgent = waagent?.get('OS.EnableFirewall')?.toLowerCase() === 'y';
      const how = byAgent ? 'OS.EnableFirewall=y' : 'a rule of the firewall';
      return { ok: byAgent || guardsWireserver, actual: byAgent || guardsWireserver ? how : 'no rule' };
    },
  },
];
