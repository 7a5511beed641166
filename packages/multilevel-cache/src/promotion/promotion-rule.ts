import {
  expectInteger,
  expectNumber,
  expectObject,
  expectOneOf,
  invalidArgument,
} from '@framerail/lifecycle';

/**
 * Says for some entries which tier is the highest that they belong in. Rules are read in their order; the first that
 * fits counts. An entry that none fits belongs in the last tier alone.
 */
export interface PromotionRule {
  /** The tier, 0 being the first; negative ones count from the end, -1 being the last. */
  readonly tier: number;
  /** For entries that were used at least so often; default 0. */
  readonly minUses?: number | undefined;
  /** For entries of at most so many bytes; default: of any size. */
  readonly maxBytes?: number | undefined;
}

/** Rules that have a name. `always`: everything goes to the first tier. `never`: what a tier got stays there. */
export type PromotionPreset = 'always' | 'by-frequency' | 'never';

/**
 * The presets as data. `by-frequency`: into the first tier what was used more than 10 times and is under 100 MB, into the
 * second what was used more than twice and is under 1 GB, into the last what is left.
 */
export const PROMOTION_PRESETS: Readonly<Record<'always' | 'by-frequency', readonly PromotionRule[]>> =
  Object.freeze({
    always: Object.freeze([Object.freeze({ tier: 0 })]),
    'by-frequency': Object.freeze([
      Object.freeze({ tier: 0, minUses: 11, maxBytes: 99_999_999 }),
      Object.freeze({ tier: 1, minUses: 3, maxBytes: 999_999_999 }),
      Object.freeze({ tier: -1 }),
    ]),
  });

/** Where an entry belongs, and why. */
export interface Placement {
  /** The highest tier that it belongs in, 0 being the first. */
  readonly tier: number;
  /** The rule that says so, by its place in the list; `undefined` if none fits. */
  readonly rule: number | undefined;
}

type CheckedRule = Record<keyof PromotionRule, number>;

/** Rules for a number of tiers. */
export class PromotionRules {
  readonly #rules: readonly CheckedRule[];
  readonly #last: number;
  /** Whether a use may move an entry up. */
  readonly promotes: boolean;

  /**
   * @param given - as the user gave them
   * @param tiers - how many there are
   * @throws FramerailError `E_INVALID_ARGUMENT`
   */
  constructor(given: PromotionPreset | readonly PromotionRule[], tiers: number) {
    this.#last = tiers - 1;
    this.promotes = given !== 'never';
    const rules = typeof given === 'string' ? presetRules(given) : given;
    if (!Array.isArray(rules)) throw invalidArgument('promotion', 'a preset or a list of rules', given);
    this.#rules = rules.map((rule, index) => this.#checked(`promotion[${index}]`, rule as PromotionRule));
  }

  /** Finds where an entry belongs. */
  place(uses: number, bytes: number): Placement {
    const rule = this.#rules.findIndex(({ minUses, maxBytes }) => uses >= minUses && bytes <= maxBytes);
    return rule < 0
      ? { tier: this.#last, rule: undefined }
      : { tier: (this.#rules[rule] as CheckedRule).tier, rule };
  }

  #checked(name: string, rule: PromotionRule): CheckedRule {
    const { tier, minUses, maxBytes } = expectObject(name, rule, 'a rule { tier, minUses, maxBytes }');
    const count = this.#last + 1;
    // Rules are written for three tiers or more and serve fewer: a tier that there isn't is the last.
    const index = expectInteger(`${name}.tier`, tier, { min: -count });
    return {
      tier: Math.min(index < 0 ? count + index : index, this.#last),
      minUses: minUses === undefined ? 0 : expectInteger(`${name}.minUses`, minUses, { min: 0 }),
      maxBytes:
        maxBytes === undefined
          ? Number.POSITIVE_INFINITY
          : expectNumber(`${name}.maxBytes`, maxBytes, { min: 0 }),
    };
  }
}

function presetRules(name: PromotionPreset): readonly PromotionRule[] {
  const preset = expectOneOf('promotion', name, ['always', 'by-frequency', 'never']);
  return PROMOTION_PRESETS[preset === 'never' ? 'always' : preset];
}
