/** All of a RandomState, as plain data that JSON keeps to the last bit. The field names are NumPy's, in camelCase. */
export interface RandomStateData {
  /** The generator, by NumPy's name. */
  algorithm: "MT19937";
  /** The 624 words of the Mersenne Twister. */
  key: number[];
  /** Words of `key` already used, 0 to 624. */
  pos: number;
  /** Whether the second normal number of a pair still waits, and that number. */
  hasGauss: boolean;
  /** The second normal number of a pair; 0 if none waits. */
  cachedGaussian: number;
}
