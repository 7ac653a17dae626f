/** What the accessors of all layouts have in common. Reads and writes go to the memory itself; little-endian. */
export class LayoutView {
  readonly dataView: DataView;
  readonly dataOffset: number;

  /** `dataOffset`: where the layout begins in `dataView`. */
  constructor(dataView: DataView, dataOffset = 0) {
    this.dataView = dataView;
    this.dataOffset = dataOffset;
  }
}

/** An index below `length`. */
export function checkedIndex(index: number, length: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= length) throw new RangeError(`index ${index} of ${length}`);
  return index;
}
