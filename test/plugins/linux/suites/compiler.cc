// A small language: text to tokens to a tree to bytecode, which a stack machine runs. And one whose text is its code.
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

enum class Op : uint8_t {
  push,
  load,
  store,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  less,
  equal,
  jump,
  jump_unless,
  call,
  enter,
  give,
  print
};
struct Instruction {
  Op op;
  int64_t value;
};
const char *const kNames[] = {"push", "load",  "store", "add",         "subtract", "multiply", "divide", "remainder",
                              "less", "equal", "jump",  "jump-unless", "call",     "enter",    "give",   "print"};

struct Function {
  size_t start;
  size_t parameters;
};

/// program := { "def" NAME "(" names ")" block | statement }; every value is a 64-bit integer.
class Compiler {
 public:
  explicit Compiler(const std::string &text) : text_(text) { next(); }

  std::vector<Instruction> compile() {
    while (!token_.empty()) statement();
    emit(Op::push, 0);
    emit(Op::give, 0);
    return code_;
  }

 private:
  void next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) line_ += text_[at_++] == '\n';
    size_t begin = at_;
    auto word = [&] {
      return at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_');
    };
    while (word()) at_++;
    if (at_ == begin && at_ < text_.size()) at_ += text_.compare(at_, 2, "==") == 0 ? 2 : 1;
    token_ = text_.substr(begin, at_ - begin);
  }
  [[noreturn]] void fail(const std::string &why) const {
    throw std::runtime_error("line " + std::to_string(line_) + ": " + why + " at '" + token_ + "'");
  }
  bool take(const char *what) { return token_ == what && (next(), true); }
  void expect(const char *what) {
    if (!take(what)) fail(std::string("expected ") + what);
  }
  std::string name() {
    if (token_.empty() || !std::isalpha(static_cast<unsigned char>(token_[0]))) fail("expected a name");
    std::string found = token_;
    next();
    return found;
  }
  size_t emit(Op op, int64_t value = 0) {
    code_.push_back({op, value});
    return code_.size() - 1;
  }
  void patch(size_t at) { code_[at].value = static_cast<int64_t>(code_.size()); }
  int64_t variable(const std::string &of) {
    return static_cast<int64_t>(variables_.emplace(of, variables_.size()).first->second);
  }

  void block() {
    expect("{");
    while (!take("}")) statement();
  }

  void statement() {
    if (take("def")) return definition();
    if (take("if")) {
      expression();
      size_t skip = emit(Op::jump_unless);
      block();
      if (!take("else")) return patch(skip);
      size_t end = emit(Op::jump);
      patch(skip);
      block();
      return patch(end);
    }
    if (take("while")) {
      auto begin = static_cast<int64_t>(code_.size());
      expression();
      size_t end = emit(Op::jump_unless);
      block();
      emit(Op::jump, begin);
      return patch(end);
    }
    if (take("return")) {
      expression();
      emit(Op::give);
    } else if (take("print")) {
      expression();
      emit(Op::print);
    } else {
      std::string target = name();
      expect("=");
      expression();
      emit(Op::store, variable(target));
    }
    expect(";");
  }

  void definition() {
    size_t over = emit(Op::jump);
    std::map<std::string, size_t> outer;
    outer.swap(variables_);
    std::string called = name();
    expect("(");
    size_t parameters = 0;
    for (; !take(")"); parameters++) {
      if (parameters) expect(",");
      variable(name());
    }
    functions_[called] = {code_.size(), parameters};
    emit(Op::enter, static_cast<int64_t>(parameters));
    block();
    emit(Op::push, 0);
    emit(Op::give);
    variables_.swap(outer);
    patch(over);
  }

  void binary(const std::vector<std::pair<const char *, Op>> &operators, const std::function<void()> &operand) {
    operand();
    for (bool found = true; found;) {
      found = false;
      for (auto [text, op] : operators) {
        if (!take(text)) continue;
        operand();
        emit(op);
        found = true;
        break;
      }
    }
  }
  void expression() {
    binary({{"<", Op::less}, {"==", Op::equal}}, [this] { sum(); });
  }
  void sum() {
    binary({{"+", Op::add}, {"-", Op::subtract}}, [this] { product(); });
  }
  void product() {
    binary({{"*", Op::multiply}, {"/", Op::divide}, {"%", Op::remainder}}, [this] { operand(); });
  }
  void operand() {
    if (take("(")) {
      expression();
      return expect(")");
    }
    if (!token_.empty() && std::isdigit(static_cast<unsigned char>(token_[0]))) {
      emit(Op::push, std::stoll(token_));
      return next();
    }
    std::string of = name();
    if (!take("(")) {
      if (!variables_.count(of)) fail("no variable " + of);
      emit(Op::load, variable(of));
      return;
    }
    auto function = functions_.find(of);
    if (function == functions_.end()) fail("no function " + of);
    for (size_t given = 0; given < function->second.parameters; given++) {
      if (given) expect(",");
      expression();
    }
    expect(")");
    emit(Op::call, static_cast<int64_t>(function->second.start));
  }

  const std::string &text_;
  size_t at_ = 0;
  int line_ = 1;
  std::string token_;
  std::vector<Instruction> code_;
  std::map<std::string, size_t> variables_;
  std::map<std::string, Function> functions_;
};

uint64_t run(const std::vector<Instruction> &code) {
  struct Frame {
    size_t back;
    std::vector<int64_t> variables = std::vector<int64_t>(16);
  };
  std::vector<int64_t> stack;
  std::vector<Frame> frames(1);
  frames[0].back = code.size();
  uint64_t steps = 0;
  auto pop = [&] {
    int64_t value = stack.back();
    stack.pop_back();
    return value;
  };
  for (size_t at = 0; at < code.size(); steps++) {
    const Instruction instruction = code[at++];
    auto &variables = frames.back().variables;
    int64_t right, left;
    switch (instruction.op) {
      case Op::push:
        stack.push_back(instruction.value);
        break;
      case Op::load:
        stack.push_back(variables[static_cast<size_t>(instruction.value)]);
        break;
      case Op::store:
        variables[static_cast<size_t>(instruction.value)] = pop();
        break;
      case Op::jump:
        at = static_cast<size_t>(instruction.value);
        break;
      case Op::jump_unless:
        if (pop() == 0) at = static_cast<size_t>(instruction.value);
        break;
      case Op::call:
        frames.push_back({at});
        if (frames.size() > 10000) throw std::runtime_error("too many calls");
        at = static_cast<size_t>(instruction.value);
        break;
      case Op::enter:
        for (int64_t index = instruction.value; index-- > 0;) variables[static_cast<size_t>(index)] = pop();
        break;
      case Op::give:
        at = frames.back().back;
        frames.pop_back();
        break;
      case Op::print:
        std::printf("%lld\n", static_cast<long long>(pop()));
        break;
      default:
        right = pop(), left = pop();
        if ((instruction.op == Op::divide || instruction.op == Op::remainder) && right == 0)
          throw std::runtime_error("division by zero");
        switch (instruction.op) {
          case Op::add:
            left += right;
            break;
          case Op::subtract:
            left -= right;
            break;
          case Op::multiply:
            left *= right;
            break;
          case Op::divide:
            left /= right;
            break;
          case Op::remainder:
            left %= right;
            break;
          case Op::less:
            left = left < right;
            break;
          default:
            left = left == right;
        }
        stack.push_back(left);
    }
  }
  return steps;
}

void brain(const std::string &code) {
  std::vector<uint8_t> cells(30000);
  size_t cell = 0;
  for (size_t at = 0; at < code.size(); at++) {
    int depth = 0;
    switch (code[at]) {
      case '>':
        cell++;
        break;
      case '<':
        cell--;
        break;
      case '+':
        cells[cell]++;
        break;
      case '-':
        cells[cell]--;
        break;
      case '.':
        std::putchar(cells[cell]);
        break;
      case '[':
        if (cells[cell]) break;
        do depth += code[at] == '[' ? 1 : code[at] == ']' ? -1 : 0;
        while (depth && ++at);
        break;
      case ']':
        if (!cells[cell]) break;
        do depth += code[at] == ']' ? 1 : code[at] == '[' ? -1 : 0;
        while (depth && --at);
        break;
      default:
        break;
    }
  }
}

}  // namespace

int main() {
  const std::string programs[] = {
      "def fib(n) { if n < 2 { return n; } return fib(n - 1) + fib(n - 2); } print fib(18);",
      "def gcd(a, b) { while 0 < b { t = a % b; a = b; b = t; } return a; } print gcd(1071, 462); print gcd(17, 5);",
      "n = 2; found = 0; while found < 25 { d = 2; prime = 1; while d * d < n + 1 { if n % d == 0 { prime = 0; } d = d "
      "+ 1; }\n"
      "if prime { found = found + 1; last = n; } n = n + 1; } print last;",
      "x = 27; steps = 0; while 1 < x { if x % 2 == 0 { x = x / 2; } else { x = 3 * x + 1; } steps = steps + 1; } "
      "print steps;",
      "print 1 / 0;",
      "def f(x) { return f(x + 1); } print f(0);",
      "print y;",
      "x = (1 + ;",
      "if 1 { print 2; ",
      "print g(1);",
  };
  int failures = 0;
  for (const std::string &text : programs) {
    try {
      auto code = Compiler(text).compile();
      if (&text == programs) {
        for (const Instruction &one : code)
          std::printf("  %s %lld\n", kNames[static_cast<int>(one.op)], static_cast<long long>(one.value));
      }
      std::printf("%llu steps\n", static_cast<unsigned long long>(run(code)));
    } catch (const std::exception &error) {
      std::fprintf(stderr, "%s\n", error.what());
      failures++;
    }
  }
  brain("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++.");
  brain("++++++++[>++++++++<-]>>+++++[<<+++++>>-]<<+[>+.<-]>[-]++++++++++.");
  return failures;
}
