/** Words that C or C++ keep for themselves and that a person might take for a field, a method or a parameter. */
const words = new Set(
  (
    "alignas alignof and asm auto bitand bitor bool break case catch char class compl concept const constexpr continue default delete " +
    "do double else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not " +
    "nullptr operator or private protected public register requires restrict return short signed sizeof static struct switch template " +
    "this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile while xor"
  ).split(" "),
);

/** What is wrong with a name that becomes one of C's, or undefined. A trailing underscore is the generator's own. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) return `${name} is not snake_case`;
  return words.has(name) ? `${name} is a word of C or C++` : undefined;
}
