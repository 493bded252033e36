/**
 * Base scores of CVSS vectors, versions 2, 3.0 and 3.1. Those of version 4 come from a table of expert judgements and
 * not from a formula; databases that give them give a word as well.
 *
 * @see https://www.first.org/cvss/v3.1/specification-document section 7.1, https://www.first.org/cvss/v2/guide 3.2.1
 */

type Weights = Readonly<Record<string, Readonly<Record<string, number>>>>;

const IMPACT_3 = { N: 0, L: 0.22, H: 0.56 };
const WEIGHTS_3: Weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: IMPACT_3,
  I: IMPACT_3,
  A: IMPACT_3,
};
/** Privileges weigh less where the attack reaches beyond the component. */
const PRIVILEGES: Weights = { U: { N: 0.85, L: 0.62, H: 0.27 }, C: { N: 0.85, L: 0.68, H: 0.5 } };

const IMPACT_2 = { N: 0, P: 0.275, C: 0.66 };
const WEIGHTS_2: Weights = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: IMPACT_2,
  I: IMPACT_2,
  A: IMPACT_2,
};

/** 0 to 10 with one decimal; undefined for what is no vector of these versions. */
export function cvssScore(vector: string): number | undefined {
  const metrics = new Map(
    vector.split('/').map((metric): [string, string | undefined] => {
      const [name = '', value] = metric.split(':');
      return [name, value];
    }),
  );
  const version = metrics.get('CVSS');
  if (version === '3.0' || version === '3.1') return score3(metrics);
  return version === undefined && metrics.has('Au') ? score2(metrics) : undefined;
}

type Metrics = ReadonlyMap<string, string | undefined>;

function score3(metrics: Metrics): number | undefined {
  const scope = metrics.get('S') ?? '';
  const privileges = PRIVILEGES[scope]?.[metrics.get('PR') ?? ''];
  const weights = weigh(metrics, WEIGHTS_3);
  if (privileges === undefined || weights === undefined) return undefined;
  const { AV = 0, AC = 0, UI = 0, C = 0, I = 0, A = 0 } = weights;
  const base = 1 - (1 - C) * (1 - I) * (1 - A);
  const impact = scope === 'C' ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * AV * AC * privileges * UI;
  return roundedUp(Math.min((scope === 'C' ? 1.08 : 1) * (impact + exploitability), 10));
}

/** To the next tenth, but 4.000000001 stays 4.0: the specification's own remedy for floating point. */
function roundedUp(score: number): number {
  const whole = Math.round(score * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

function score2(metrics: Metrics): number | undefined {
  const weights = weigh(metrics, WEIGHTS_2);
  if (weights === undefined) return undefined;
  const { AV = 0, AC = 0, Au = 0, C = 0, I = 0, A = 0 } = weights;
  const impact = 10.41 * (1 - (1 - C) * (1 - I) * (1 - A));
  const exploitability = 20 * AV * AC * Au;
  return Math.round((0.6 * impact + 0.4 * exploitability - 1.5) * (impact === 0 ? 0 : 1.176) * 10) / 10;
}

/** The weight of every metric of the table; undefined if one is missing or has a value that is none. */
function weigh(metrics: Metrics, table: Weights): Readonly<Record<string, number>> | undefined {
  const weights: Record<string, number> = {};
  for (const [metric, values] of Object.entries(table)) {
    const weight = values[metrics.get(metric) ?? ''];
    if (weight === undefined) return undefined;
    weights[metric] = weight;
  }
  return weights;
}
