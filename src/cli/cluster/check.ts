/** `cluster check`: templates held against rules. */
import type { Finding } from '../../arm/finding.ts';
import { lintTemplate } from '../../arm/lint.ts';
import { toJunit } from '../../image/junit.ts';
import { plural } from '../../report/format.ts';
import { print, type Context } from '../context.ts';
import { indentedTable } from '../table.ts';
import { writeOutput } from '../write-output.ts';
import type { ClusterArguments } from './arguments.ts';
import { templateOf } from './expand-file.ts';
import { linesOf } from './template-lines.ts';

interface CheckedFinding extends Finding {
  /** Of the file, from 1; undefined: the template is made of a definition, and in no file. */
  readonly line: number | undefined;
}

interface CheckedFile {
  readonly file: string;
  readonly findings: readonly CheckedFinding[];
}

/** @returns the exit status: 1 if there is an error among the findings */
export async function check(files: readonly string[], args: ClusterArguments, context: Context): Promise<number> {
  const checked: CheckedFile[] = [];
  for (const word of files) {
    const { shown, template, parameters, text } = await templateOf(word, args, context);
    const bytes = text === undefined ? {} : { bytes: Buffer.byteLength(text) };
    const findings = lintTemplate(template, { parameters, ...bytes });
    const lines =
      text === undefined
        ? new Map<string, number>()
        : linesOf(
            text,
            findings.map(({ path }) => path),
          );
    checked.push({ file: shown, findings: findings.map((each) => ({ ...each, line: lines.get(each.path) })) });
  }
  print(context, args.json, { files: checked }, checked.map(describe).join('\n\n'));
  // Last: where that fails, what was found has been printed.
  if (args.junit !== undefined) await writeOutput(args.junit, junitOf(checked), context);
  return checked.some(({ findings }) => findings.some(({ severity }) => severity === 'error')) ? 1 : 0;
}

const WORDS = { error: 'ERROR', warning: 'warning', hint: 'hint' } as const;

function describe({ file, findings }: CheckedFile): string {
  const blocks = findings.map(({ rule, severity, path, line, message, hint }) => {
    const place = [line === undefined ? file : `${file}:${line}`, path].filter((text) => text !== '').join(', ');
    return `${WORDS[severity]}  ${rule}\n${indentedTable([[`at ${place}`], [message], [`hint: ${hint}`]])}\n`;
  });
  return [...blocks, `${file}: ${counts(findings)}.`].join('\n');
}

function counts(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'no rule finds fault with it';
  const of = (wanted: Finding['severity']): number => findings.filter(({ severity }) => severity === wanted).length;
  return [plural(of('error'), 'error'), plural(of('warning'), 'warning'), plural(of('hint'), 'hint')].join(', ');
}

/** A suite for each file. */
function junitOf(checked: readonly CheckedFile[]): string {
  const suites = checked.map(({ file, findings }) => {
    const cases = findings.map(({ rule, severity, path, message, hint }) => ({
      ...{ id: `${rule} ${path}`, severity: severity === 'hint' ? ('info' as const) : severity },
      ...{ result: 'failed' as const, actual: message, required: hint, source: 'docs/template-rules.md' },
    }));
    return [file, cases] as const;
  });
  return toJunit('dcos-build cluster check', Object.fromEntries(suites));
}
