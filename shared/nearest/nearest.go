// Package nearest finds the word that was probably meant by one that is unknown.
// It knows nothing of what the words stand for.
package nearest

// Word returns the known word that was probably meant, or "".
func Word(word string, known []string) string {
	best, fewest := "", min(max(1, len(word)-3), 3) // less than half of a short word
	for _, k := range known {
		if d := distance(word, k); d <= fewest && k != word {
			best, fewest = k, d-1
		}
	}
	return best
}

// longest is the words that are compared, in bytes.
const longest = 63

// distance counts the letters to change, add, drop or swap with a neighbour.
func distance(a, b string) int {
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	var before, last, row [longest + 1]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
