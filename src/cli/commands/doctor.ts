import { PURPOSES } from '../../host/requirements.ts';
import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { print } from '../context.ts';

export const doctor = command({
  usage: 'doctor',
  example: ['$0 doctor --fix', 'install what this machine lacks'],
  options: (parser) =>
    parser
      .option('fix', { type: 'boolean', default: false, describe: 'install what is missing with apt-get' })
      .option('for', {
        choices: PURPOSES,
        default: 'build' as const,
        describe: 'what the machine is to be used for',
      }),
  run: async ({ fix, for: purpose, json }, context) => {
    const { describeFindings, examine, repair } = await import('../../build/doctor.ts');
    const path = context.env['PATH'] ?? '';
    const before = await examine(purpose, path);
    const findings = fix
      ? await repair(before, { purpose, path, say: (text) => context.stderr.write(`${text}\n`) })
      : before;
    print(context, json, findings, describeFindings(findings));
    if (findings.every(({ ok }) => ok)) return 0;
    if (json) return 3;
    throw new UserError('HOST_INCOMPLETE', 'This machine lacks something that dcos-build needs; see above.', {
      hint: fix ? 'Follow the hints above.' : 'Run "dcos-build doctor --fix".',
    });
  },
});
