/** What was seen inside the guest after one boot, by name of the section. */
import { z } from 'zod';
import { cleanLine } from '../report/text.ts';
import { SECTION } from './guest-script.ts';

const result = z.object({
  v1: z.object({ datasource: z.string().optional(), errors: z.array(z.string()) }),
});

/** What a guest says of itself; it is not believed further than it can be read. */
export class GuestLook {
  readonly #sections: ReadonlyMap<string, readonly string[]>;

  private constructor(sections: ReadonlyMap<string, readonly string[]>) {
    this.#sections = sections;
  }

  /** Reads what the script printed. */
  static parse(output: string): GuestLook {
    const sections = new Map<string, string[]>();
    let current: string[] = [];
    for (const line of output.split('\n').map(cleanLine)) {
      if (line.startsWith(SECTION.trim())) sections.set(line.slice(SECTION.length), (current = []));
      else if (line !== '') current.push(line);
    }
    return new GuestLook(sections);
  }

  /** The lines of a section without empty ones; none if there is none. */
  lines(section: string): readonly string[] {
    return this.#sections.get(section) ?? [];
  }

  /** Its first line, or nothing. */
  line(section: string): string {
    return (this.lines(section)[0] ?? '').trim();
  }

  has(section: string): boolean {
    return this.#sections.has(section);
  }

  /** What cloud-init says it was told by, and how it went; see /run/cloud-init/result.json. */
  datasource(): string {
    return this.#result().datasource ?? '';
  }

  errors(): readonly string[] {
    return this.#result().errors;
  }

  /** Names of the units that failed. */
  failedUnits(): readonly string[] {
    return this.lines('failed').flatMap((line) => line.trim().split(/\s+/)[0] ?? []);
  }

  #result(): z.infer<typeof result>['v1'] {
    try {
      return result.parse(JSON.parse(this.lines('result').join('\n'))).v1;
    } catch {
      return { datasource: undefined, errors: ['its result cannot be read'] };
    }
  }
}
