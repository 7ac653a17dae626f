// A small SQL engine: create, insert, select with where, order by, limit, group by with count, sum, min, max and avg,
// joins, update and delete.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace {

using Value = std::variant<long long, std::string>;
using Row = std::vector<Value>;
struct Table {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

std::string text_of(const Value &value) {
  if (auto number = std::get_if<long long>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}

struct Condition {
  std::string column, test;
  Value value;
  bool other_column = false;
};

class Database {
 public:
  void run(const std::string &text) {
    tokens_.clear();
    at_ = 0;
    split(text);
    std::printf("> %s\n", text.c_str());
    if (take("create")) {
      create();
    } else if (take("insert")) {
      insert();
    } else if (take("select")) {
      select();
    } else if (take("update")) {
      update();
    } else if (take("delete")) {
      remove();
    } else {
      fail("expected a statement");
    }
    if (at_ != tokens_.size()) fail("unexpected " + tokens_[at_]);
  }

 private:
  [[noreturn]] static void fail(const std::string &why) { throw std::runtime_error(why); }

  void split(const std::string &text) {
    for (size_t at = 0; at < text.size();) {
      size_t begin = at;
      if (std::isspace(static_cast<unsigned char>(text[at]))) {
        at++;
        continue;
      }
      if (text[at] == '\'') {
        at = text.find('\'', at + 1);
        if (at == std::string::npos) fail("a string without an end");
        tokens_.push_back(text.substr(begin, at++ - begin));  // with the first quote only
        continue;
      }
      auto word = [&] {
        return at < text.size() &&
               (std::isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_' || text[at] == '.');
      };
      while (word()) at++;
      if (at == begin && std::string("<>!").find(text[at]) != std::string::npos && text[at + 1] == '=') at++;
      if (at == begin || !word()) at += at == begin || std::string("<>!").find(text[begin]) != std::string::npos;
      tokens_.push_back(text.substr(begin, at - begin));
    }
  }
  bool take(const char *what) { return at_ < tokens_.size() && tokens_[at_] == what && ++at_; }
  void expect(const char *what) {
    if (!take(what)) fail(std::string("expected ") + what);
  }
  std::string word() {
    if (at_ == tokens_.size()) fail("expected more");
    return tokens_[at_++];
  }
  Value value() {
    std::string token = word();
    if (token[0] == '\'') return token.substr(1);
    if (token == "-") return -std::stoll(word());
    return std::stoll(token);
  }
  Table &table(const std::string &name) {
    auto found = tables_.find(name);
    if (found == tables_.end()) fail("no table " + name);
    return found->second;
  }
  static size_t column(const Table &table, const std::string &name) {
    for (size_t at = 0; at < table.columns.size(); at++) {
      const std::string &full = table.columns[at];
      if (full == name || (full.size() > name.size() &&
                           full.compare(full.size() - name.size() - 1, std::string::npos, "." + name) == 0))
        return at;
    }
    fail("no column " + name);
  }

  void create() {
    expect("table");
    Table &made = tables_[word()];
    expect("(");
    do made.columns.push_back(word());
    while (take(","));
    expect(")");
  }

  void insert() {
    expect("into");
    Table &into = table(word());
    expect("values");
    do {
      expect("(");
      Row row;
      do row.push_back(value());
      while (take(","));
      expect(")");
      if (row.size() != into.columns.size()) fail("expected " + std::to_string(into.columns.size()) + " values");
      into.rows.push_back(row);
    } while (take(","));
  }

  std::vector<Condition> where() {
    std::vector<Condition> conditions;
    if (!take("where")) return conditions;
    do {
      Condition condition;
      condition.column = word();
      condition.test = word();
      condition.other_column = at_ < tokens_.size() && std::isalpha(static_cast<unsigned char>(tokens_[at_][0]));
      condition.value = condition.other_column ? Value(word()) : value();
      conditions.push_back(condition);
    } while (take("and"));
    return conditions;
  }

  static bool holds(const Table &in, const Row &row, const std::vector<Condition> &conditions) {
    return std::all_of(conditions.begin(), conditions.end(), [&](const Condition &condition) {
      const Value &left = row[column(in, condition.column)];
      const Value &right = condition.other_column ? row[column(in, text_of(condition.value))] : condition.value;
      if (left.index() != right.index()) fail("a number and a text are compared");
      const std::string &test = condition.test;
      if (test == "=") return left == right;
      if (test == "!=") return left != right;
      if (test == "<") return left < right;
      if (test == ">") return left > right;
      if (test == "<=") return left <= right;
      if (test == ">=") return left >= right;
      if (test == "like") return text_of(left).find(text_of(right)) != std::string::npos;
      fail("no comparison " + test);
    });
  }

  static Value aggregate(const std::string &function, const std::vector<const Row *> &group, const Table &in,
                         const std::string &of) {
    if (function == "count") return static_cast<long long>(group.size());
    long long sum = 0;
    Value least = (*group[0])[column(in, of)], most = least;
    for (const Row *row : group) {
      const Value &value = (*row)[column(in, of)];
      if (auto number = std::get_if<long long>(&value)) sum += *number;
      least = std::min(least, value);
      most = std::max(most, value);
    }
    if (function == "sum") return sum;
    if (function == "avg") return sum / static_cast<long long>(group.size());
    if (function == "min") return least;
    if (function == "max") return most;
    fail("no function " + function);
  }

  void select() {
    struct Item {
      std::string name, of;
    };
    std::vector<Item> items;
    do {
      Item item{word(), ""};
      if (take("(")) {
        item.of = word();
        expect(")");
      }
      items.push_back(item);
    } while (take(","));
    expect("from");
    std::string name = word();
    Table from = table(name);
    if (take("join")) {
      std::string other = word();
      Table joined;
      for (const auto &[prefix, part] : {std::pair{name, &from}, std::pair{other, &table(other)}}) {
        for (const std::string &title : part->columns) joined.columns.push_back(prefix + "." + title);
      }
      for (const Row &left : from.rows) {
        for (const Row &right : table(other).rows) {
          joined.rows.push_back(left);
          joined.rows.back().insert(joined.rows.back().end(), right.begin(), right.end());
        }
      }
      from = joined;
    }
    auto conditions = where();
    std::vector<const Row *> rows;
    for (const Row &row : from.rows) {
      if (holds(from, row, conditions)) rows.push_back(&row);
    }
    std::vector<Row> out;
    std::map<Value, std::vector<const Row *>> groups;
    bool grouped = take("group");
    if (grouped) {
      expect("by");
      size_t by = column(from, word());
      for (const Row *row : rows) groups[(*row)[by]].push_back(row);
    } else if (!items[0].of.empty()) {
      if (!rows.empty()) groups[0LL] = rows;
      grouped = true;
    }
    if (grouped) {
      for (const auto &[key, group] : groups) {
        Row row;
        for (const Item &item : items)
          row.push_back(item.of.empty() ? (*group[0])[column(from, item.name)]
                                        : aggregate(item.name, group, from, item.of));
        out.push_back(row);
      }
    } else {
      if (take("order")) {
        expect("by");
        size_t by = column(from, word());
        bool falling = take("desc");
        std::stable_sort(rows.begin(), rows.end(), [&](const Row *a, const Row *b) {
          return falling ? (*b)[by] < (*a)[by] : (*a)[by] < (*b)[by];
        });
      }
      for (const Row *row : rows) {
        Row chosen;
        for (const Item &item : items) {
          if (item.name == "*") {
            chosen = *row;
          } else {
            chosen.push_back((*row)[column(from, item.name)]);
          }
        }
        out.push_back(chosen);
      }
    }
    if (take("limit")) {
      auto most = static_cast<size_t>(std::get<long long>(value()));
      if (out.size() > most) out.resize(most);
    }
    for (const Row &row : out) {
      for (size_t at = 0; at < row.size(); at++) std::printf("%s%s", at ? " | " : "", text_of(row[at]).c_str());
      std::printf("\n");
    }
    std::printf("(%zu)\n", out.size());
  }

  void update() {
    Table &in = table(word());
    expect("set");
    size_t changed = column(in, word());
    expect("=");
    Value to = value();
    auto conditions = where();
    for (Row &row : in.rows) {
      if (holds(in, row, conditions)) row[changed] = to;
    }
  }

  void remove() {
    expect("from");
    Table &in = table(word());
    auto conditions = where();
    in.rows.erase(
        std::remove_if(in.rows.begin(), in.rows.end(), [&](const Row &row) { return holds(in, row, conditions); }),
        in.rows.end());
  }

  std::map<std::string, Table> tables_;
  std::vector<std::string> tokens_;
  size_t at_ = 0;
};

}  // namespace

int main() {
  Database database;
  std::vector<std::string> statements = {
      "create table people (id, name, age, city)",
      "insert into people values (1, 'Ada', 36, 'London'), (2, 'Grace', 85, 'New York'), (3, 'Alan', 41, 'London')",
      "insert into people values (4, 'Edsger', 72, 'Rotterdam'), (5, 'Barbara', 84, 'Los Angeles')",
      "select * from people where age > 40 and city != 'London' order by age desc",
      "select name, age from people order by name limit 3",
      "select city, count(id), max(age) from people group by city",
      "select count(id), sum(age), avg(age), min(name) from people",
      "create table pets (owner, kind)",
      "insert into pets values (1, 'cat'), (3, 'dog'), (3, 'parrot')",
      "select name, kind from people join pets where people.id = owner order by kind",
      "update people set age = 37 where name = 'Ada'",
      "delete from people where age >= 84",
      "select * from people where name like 'A'",
      "select missing from people",
      "select * from nowhere",
      "insert into pets values (1)",
      "drop everything",
      "select * from people where name > 3",
  };
  std::string many = "insert into numbers values ";
  for (int index = 0; index < 2000; index++)
    many += (index ? ", (" : "(") + std::to_string(index * 7919 % 2003) + ", " + std::to_string(index % 13) + ")";
  statements.insert(statements.end(), {"create table numbers (n, k)", many,
                                       "select k, count(n), sum(n) from numbers where n > 100 group by k",
                                       "select n from numbers order by n desc limit 5"});
  int failures = 0;
  for (const std::string &statement : statements) {
    try {
      database.run(statement);
    } catch (const std::exception &error) {
      std::fprintf(stderr, "%s\n", error.what());
      failures++;
    }
  }
  return failures;
}
