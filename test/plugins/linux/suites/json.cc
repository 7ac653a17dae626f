// A JSON reader and printer: what is printed reads back as the same value, and what is wrong is told with its place.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

struct Value;
using Array = std::vector<Value>;
using Object = std::map<std::string, Value>;
struct Value {
  std::variant<std::nullptr_t, bool, double, std::string, std::shared_ptr<Array>, std::shared_ptr<Object>> of = nullptr;
};

class Reader {
 public:
  explicit Reader(const std::string &text) : text_(text) {}

  Value read_all() {
    Value value = read(0);
    skip();
    if (at_ != text_.size()) fail("text after the value");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string &why) const { throw std::runtime_error(why + " at " + std::to_string(at_)); }
  void skip() {
    while (at_ < text_.size() && std::string(" \t\r\n").find(text_[at_]) != std::string::npos) at_++;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char what) { return peek() == what && (at_++, true); }
  bool take_word(const char *word) {
    if (text_.compare(at_, std::string(word).size(), word) != 0) return false;
    at_ += std::string(word).size();
    return true;
  }

  Value read(int depth) {
    if (depth > 200) fail("too deep");
    skip();
    if (take_word("null")) return {};
    if (take_word("true")) return {true};
    if (take_word("false")) return {false};
    if (peek() == '"') return {read_string()};
    if (take('[')) return read_array(depth);
    if (take('{')) return read_object(depth);
    return read_number();
  }

  Value read_array(int depth) {
    auto array = std::make_shared<Array>();
    skip();
    if (take(']')) return {array};
    do {
      array->push_back(read(depth + 1));
      skip();
    } while (take(','));
    if (!take(']')) fail("expected ] or ,");
    return {array};
  }

  Value read_object(int depth) {
    auto object = std::make_shared<Object>();
    skip();
    if (take('}')) return {object};
    do {
      skip();
      std::string key = read_string();
      skip();
      if (!take(':')) fail("expected :");
      (*object)[key] = read(depth + 1);
      skip();
    } while (take(','));
    if (!take('}')) fail("expected } or ,");
    return {object};
  }

  Value read_number() {
    const char *begin = text_.c_str() + at_;
    char *end = nullptr;
    if (*begin != '-' && (*begin < '0' || *begin > '9')) fail("expected a value");
    double number = std::strtod(begin, &end);
    at_ += static_cast<size_t>(end - begin);
    return {number};
  }

  std::string read_string() {
    if (!take('"')) fail("expected a string");
    std::string out;
    while (!take('"')) {
      if (at_ >= text_.size()) fail("a string without an end");
      char letter = text_[at_++];
      if (static_cast<unsigned char>(letter) < 32) fail("a control character");
      if (letter != '\\') {
        out += letter;
        continue;
      }
      static const std::string names = "\"\\/bfnrt", letters = "\"\\/\b\f\n\r\t";
      char name = peek();
      at_++;
      if (name == 'u') {
        append_utf8(out, static_cast<unsigned>(std::strtoul(text_.substr(at_, 4).c_str(), nullptr, 16)));
        at_ += 4;
      } else if (size_t index = names.find(name); index != std::string::npos) {
        out += letters[index];
      } else {
        fail("an unknown escape");
      }
    }
    return out;
  }

  static void append_utf8(std::string &out, unsigned code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xc0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 63));
    } else {
      out += static_cast<char>(0xe0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 63));
      out += static_cast<char>(0x80 | (code & 63));
    }
  }

  const std::string &text_;
  size_t at_ = 0;
};

std::string quote(const std::string &text) {
  std::string out = "\"";
  for (char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    if (static_cast<unsigned char>(letter) < 32) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", letter);
      out += code;
    } else {
      out += letter;
    }
  }
  return out + '"';
}

std::string print(const Value &value, int depth = 0) {
  const std::string inner(static_cast<size_t>(depth) * 2 + 2, ' '), outer(static_cast<size_t>(depth) * 2, ' ');
  std::string out;
  if (auto flag = std::get_if<bool>(&value.of)) return *flag ? "true" : "false";
  if (auto text = std::get_if<std::string>(&value.of)) return quote(*text);
  if (auto number = std::get_if<double>(&value.of)) {
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
      std::snprintf(text, sizeof text, "%.*g", digits, *number);
      if (std::strtod(text, nullptr) == *number) break;
    }
    return text;
  }
  if (auto array = std::get_if<std::shared_ptr<Array>>(&value.of)) {
    for (const Value &item : **array) out += (out.empty() ? "[\n" : ",\n") + inner + print(item, depth + 1);
    return out.empty() ? "[]" : out + "\n" + outer + "]";
  }
  if (auto object = std::get_if<std::shared_ptr<Object>>(&value.of)) {
    for (const auto &[key, item] : **object)
      out += (out.empty() ? "{\n" : ",\n") + inner + quote(key) + ": " + print(item, depth + 1);
    return out.empty() ? "{}" : out + "\n" + outer + "}";
  }
  return "null";
}

int main() {
  const std::string texts[] = {
      R"({"name": "vm", "tags": ["a", "b\n\t\"q\"", "\u00fc\u20ac"], "deep": {"x": [[], {}, [null, true, false]]}})",
      R"([0, -0, 1e300, 1e-300, 0.1, 3.141592653589793, 1234567890123456789, 5e-324, -2.5e+10, 1.7976931348623157e308])",
      R"(["unfinished)",
      R"({"a" 1})",
      R"([1, 2)",
      R"([1] x)",
      R"(nul)",
      R"("\x")",
      "\"\x01\"",
      "",
      std::string(300, '[')};
  int failures = 0;
  for (const std::string &text : texts) {
    try {
      Value value = Reader(text).read_all();
      std::string once = print(value);
      std::printf("%s\n", once.c_str());
      if (print(Reader(once).read_all()) != once) std::printf("WRONG\n");
    } catch (const std::runtime_error &error) {
      std::fprintf(stderr, "error: %s\n", error.what());
      failures++;
    }
  }
  std::string big = "[";
  for (int index = 0; index < 3000; index++) {
    big +=
        (index ? ",{\"id\":" : "{\"id\":") + std::to_string(index) + ",\"v\":[" + std::to_string(index * 0.37) + "]}";
  }
  std::string printed = print(Reader(big + "]").read_all());
  std::printf("%zu %zu\n", printed.size(), std::hash<std::string>()(printed));
  return failures;
}
